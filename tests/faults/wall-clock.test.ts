/** The wall clock of a running gateway is set, back and forward, while carriages roll: it is said, and nothing goes slower or breaks. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AreaView, CommandView } from "../../src/contract/aisles.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { machineHold } from "../support/machine-hold.ts";

const areaKey = "r1.1";
const hourMs = 3_600_000;
const attemptsMax = 6;
const preload = pathToFileURL(join(import.meta.dirname, "../support/set-wall.mjs")).href;

describe("a wall clock that is set while an aisle opens", () => {
  const offsetFile = join(tmpdir(), `guiwei-wall-${process.pid}`);
  let gateway: TestGateway;
  const setWallBy = (ms: number) => writeFileSync(offsetFile, String(ms));

  beforeAll(async () => {
    setWallBy(0);
    const env = { NODE_OPTIONS: `--import ${preload}`, WALL_OFFSET_FILE: offsetFile };
    gateway = await openGatewayProcess("embedded", env);
    await gateway.twin.tell({ do: "speed", factor: 2 });
    // From where the carriages stand at first it is half the way; all later ones are alike.
    await open(() => {});
  }, 300_000);
  afterAll(async () => {
    await gateway?.dispose();
    rmSync(offsetFile, { force: true });
  }, 60_000);

  const motionPid = () =>
    (JSON.parse(readFileSync(join(gateway.store.dataDir, "motion/running.json"), "utf8")) as { pid: number }).pid;
  const command = (id: string) => gateway.call<CommandView>("GET", `/api/v1/commands/${id}`);

  async function rows(): Promise<JournalRow[]> {
    const all: JournalRow[] = [];
    for (const chain of ["room:r1", "house"])
      for (let after = 0; ; after = all.filter((row) => row.chain === chain).at(-1)?.revision ?? 0) {
        const page = await gateway.call<{ items: JournalRow[] }>(
          "GET",
          `/api/v1/journal?chain=${chain}&after=${after}&limit=200`,
        );
        all.push(...page.items);
        if (page.items.length === 0) break;
      }
    return all;
  }

  /** Begins to open the other aisle. A machine that lets the wish age, or the controller go off line, is asked again. */
  async function begin(): Promise<{ startedMs: number; id: string }> {
    const aisle = (await gateway.twin.area(areaKey)).controller.openAisle === 2 ? 1 : 2;
    return until(`aisle ${aisle} opens`, async () => {
      await gateway.twin.tell({ do: "key", area: areaKey, key: "reset" });
      const { may } = await gateway.call<AreaView>("GET", `/api/v1/areas/${areaKey}`);
      if (may[`open:${aisle}`] !== true) return null;
      const startedMs = performance.now();
      const asked = await gateway.ask("POST", `/api/v1/areas/${areaKey}/open`, { aisle });
      return asked.status === 202 && { startedMs, id: (asked.body as CommandView).id };
    });
  }

  /** How long it took, by our clock. */
  async function open(whileItRolls: () => void): Promise<{ tookMs: number; view: CommandView }> {
    const { startedMs, id } = await begin();
    await until("the carriages roll, or it has ended", async () => {
      if ((await command(id)).settledAtMs !== null) return true;
      return (await gateway.twin.area(areaKey)).controller.columns.some(({ motion }) => motion !== "still");
    });
    whileItRolls();
    const view = await until("it has ended", async () => {
      const now = await command(id);
      return now.settledAtMs !== null && now;
    });
    return { tookMs: performance.now() - startedMs, view };
  }

  it.each([
    ["back by two hours", -2 * hourMs],
    ["forward by five hours", 3 * hourMs],
  ])(
    "%s: the motion ends as it would have, it is told once, and the next one is as quick",
    async (_, wallMs) => {
      const hold = await machineHold();
      for (let attempt = 1; ; attempt++) {
        const before = await open(() => {});
        const gapsBefore = (await rows()).filter(({ kind }) => kind === "machine.clock-gap").length;
        const pid = motionPid();
        const { view } = await open(() => setWallBy(wallMs));
        await until(
          "it is told",
          async () => (await rows()).filter(({ kind }) => kind === "machine.clock-gap").length > gapsBefore,
        );
        await hold.begin();
        const after = await open(() => {});
        const { oursMs } = await hold.during(after.tookMs);
        const states = [before.view, view, after.view].map(({ state, why }) => why?.code ?? state);
        const told = (await rows()).filter(({ kind }) => kind === "machine.clock-gap").length - gapsBefore;
        // A machine that gives motion no time stops the carriages by itself (S14): then it is tried again, from the clock before.
        if (states.some((state) => state !== "done") && attempt < attemptsMax) {
          setWallBy(0);
          continue;
        }
        expect(states).toEqual(["done", "done", "done"]);
        expect(motionPid()).toBe(pid);
        expect(told).toBe(1);
        // Half the speed would be twice that.
        expect(oursMs).toBeLessThan(before.tookMs * 1.5);
        break;
      }
      // By the clock that is now: the row that the motion's end wrote.
      const last = (await rows()).filter(({ chain }) => chain === "room:r1").at(-1);
      expect(Math.abs((last?.atMs ?? 0) - (Date.now() + wallMs))).toBeLessThan(10 * 60_000);
      hold.close();
    },
    600_000,
  );

  it("whoever waits after failed sign-ins waits no longer for it", async () => {
    const person = { login: "wu", name: "吴", roles: ["operator"], language: "zh", password: "only for tests 2" };
    await gateway.call("POST", "/api/v1/people", person);
    const signIn = (password: string) => gateway.ask("POST", "/api/v1/session", { login: "wu", password });
    let answer = await signIn("wrong");
    for (let i = 0; i < 10 && answer.status !== 429; i++) answer = await signIn("wrong");
    expect(answer.status).toBe(429);
    setWallBy(-20 * hourMs);
    await until("it may sign in", async () => (await signIn("only for tests 2")).status === 200, 60_000);
  }, 120_000);
});
