/**
 * Opens areas of a real gateway while a test does something to it: asks until the carriages roll, and watches until they stand.
 */
import { expect } from "vitest";
import type { AreaView, CommandView } from "../../src/contract/aisles.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import { type Answer, pause, until } from "./gateway-process.ts";
import type { TestTwin, TwinArea } from "./twin-process.ts";

interface Asked {
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
}

export interface Openings {
  area(areaKey: string): Promise<AreaView>;
  command(id: string): Promise<CommandView>;
  /** Presses at the panel until the gateway would open it. */
  mayOpen(areaKey: string, aisle: number): Promise<void>;
  /** Opens the aisle that is closed; asks again if the machine was overloaded. */
  rolling(areaKey: string): Promise<CommandView>;
  /** Opens all of them at once; resolves with their commands while they are still in progress. */
  allRoll(areaKeys: readonly string[]): Promise<string[]>;
  opened(areaKey: string): Promise<void>;
  settled(id: string): Promise<CommandView>;
  /** Waits until it stands, with nobody hurt. */
  stands(areaKey: string): Promise<TwinArea>;
  /** It was stopped by its controller alone, which got no heartbeat; throws Starved if something else had stopped it. */
  stopsByItself(areaKey: string): Promise<void>;
  /** It was stopped by a STOP, while heartbeats came. */
  isStopped(areaKey: string): Promise<void>;
  /** Nothing moves by itself for a while, and nothing is sent to the controllers. */
  stayAsTheyAre(areaKeys: readonly string[], ms?: number): Promise<void>;
  /** The room's whole journal. */
  journal(): Promise<JournalRow[]>;
  /** The journal's rows about a command. */
  told(commandId: string): Promise<JournalRow[]>;
}

const attemptsMax = 6;
const lookEveryMs = 20;
const standMsMax = 60_000;

/** Codes with which a motion ends when the machine is too slow for motion, gateway or twin. */
export const starvedCodes = [
  "motion-link-lost",
  "area-stale",
  "area-picture-old",
  "area-offline",
  "area-heartbeat-lost",
  "command-expired",
];

/** Something ended because the machine was too slow, before or beside what the test did: the run proves nothing. */
export class Starved extends Error {}

/** Tries again if the machine was too slow; any other failure fails at once. */
export async function unlessStarved(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Starved) || attempt === attemptsMax) throw error;
      console.log(`tried again: ${error.message}`);
    }
  }
}

export const isStill = ({ controller }: TwinArea) => controller.columns.every(({ motion }) => motion === "still");

export function openingsOf(gateway: Asked, twin: TestTwin): Openings {
  const get = async <T>(path: string) => (await gateway.ask("GET", `/api/v1/${path}`)).body as T;
  const area = (areaKey: string) => get<AreaView>(`areas/${areaKey}`);
  const command = (id: string) => get<CommandView>(`commands/${id}`);

  async function mayOpen(areaKey: string, aisle: number): Promise<void> {
    await until(`${areaKey} may open aisle ${aisle}`, async () => {
      await twin.tell({ do: "key", area: areaKey, key: "reset" });
      return (await area(areaKey)).may?.[`open:${aisle}`] === true;
    });
  }

  const settled = (id: string) =>
    until("the command has ended", async () => {
      const view = await command(id);
      return (view.settledAtMs ?? null) !== null && view;
    });

  async function askedUntil(areaKey: string, isEnough: (view: CommandView) => Promise<boolean>): Promise<CommandView> {
    for (let attempt = 1; ; attempt++) {
      const aisle = (await twin.area(areaKey)).controller.openAisle === 2 ? 1 : 2;
      await mayOpen(areaKey, aisle);
      const asked = await gateway.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle });
      const { id } = asked.body as CommandView;
      const seen =
        asked.status === 202 &&
        (await until(`${areaKey} opens`, async () => {
          const view = await command(id);
          return ((await isEnough(view)) || view.settledAtMs !== null) && view;
        }));
      if (seen && (await isEnough(seen))) return seen;
      if (attempt === attemptsMax) throw new Error(`${areaKey} does not open: ${JSON.stringify([asked.body, seen])}`);
    }
  }

  async function journal(): Promise<JournalRow[]> {
    const rows: JournalRow[] = [];
    for (;;) {
      const after = rows.at(-1)?.revision ?? 0;
      const page = await get<{ items: JournalRow[] }>(`journal?chain=room:r1&after=${after}&limit=100`);
      if (page.items.length === 0) return rows;
      rows.push(...page.items);
    }
  }

  const rolling = (areaKey: string) =>
    askedUntil(areaKey, async (view) => view.state === "accepted" && !isStill(await twin.area(areaKey)));

  async function stands(areaKey: string): Promise<TwinArea> {
    for (const untilMs = Date.now() + standMsMax; Date.now() < untilMs; await pause(lookEveryMs)) {
      const now = await twin.area(areaKey);
      if (!isStill(now)) continue;
      expect(now.safety.crushed).toBe(0);
      return now;
    }
    throw new Error(`${areaKey} moves for more than ${standMsMax} ms`);
  }

  async function stoppedFor(areaKey: string, isForBeat: boolean): Promise<void> {
    const { controller } = await stands(areaKey);
    const { activity, interlocks } = controller;
    if (activity !== "stopped" || interlocks.heartbeatLost !== isForBeat)
      throw new Starved(`${areaKey} is ${activity}, its heartbeat ${interlocks.heartbeatLost ? "" : "not "}lost`);
  }

  return {
    area,
    command,
    mayOpen,
    settled,
    rolling,
    async allRoll(areaKeys) {
      for (let attempt = 1; ; attempt++) {
        const ids = (await Promise.all(areaKeys.map(rolling))).map(({ id }) => id);
        const views = await Promise.all(ids.map(command));
        if (views.every(({ settledAtMs }) => settledAtMs === null)) return ids;
        if (attempt === attemptsMax) throw new Error(`they never roll together: ${JSON.stringify(views)}`);
      }
    },
    async opened(areaKey) {
      await askedUntil(areaKey, async ({ state }) => state === "done");
    },
    stands,
    stopsByItself: (areaKey) => stoppedFor(areaKey, true),
    isStopped: (areaKey) => stoppedFor(areaKey, false),
    async stayAsTheyAre(areaKeys, ms = 1_500) {
      const look = async () =>
        (await Promise.all(areaKeys.map((areaKey) => twin.area(areaKey)))).map(({ positionsMm, controller }) => [
          positionsMm,
          controller.lastCommand,
        ]);
      const before = await look();
      await pause(ms);
      expect(await look()).toEqual(before);
    },
    journal,
    told: async (commandId) => (await journal()).filter(({ body }) => body.commandId === commandId),
  };
}
