/** 动态盘点 of one area: sees aisles open and close, reads the faces of those that were used, one count at a time, and tells what was found. */
import { and, eq } from "drizzle-orm";
import { sleep } from "../../clock/clock.ts";
import { noAttention } from "../../contract/attention.ts";
import { Refusal } from "../../contract/errors.ts";
import type { House } from "../../house.ts";
import type { Area } from "../../site/layout.ts";
import { stocktakes } from "../../storage/schema/stocktake.ts";
import type { StocktakeRunner } from "../run-stocktakes.ts";
import { setStocktakeState } from "../set-stocktake-state.ts";
import { startStocktake } from "../start-stocktake.ts";
import { holdMsMax, nextRecount, seeAisles } from "./aisle-use.ts";
import { expectedMs } from "./expected-ms.ts";
import { noteInterrupted, noteUse } from "./note-use.ts";
import { type AreaAttention, readAttention } from "./read-attention.ts";

/** Failures of the database that one step outlives, a pause after each: ten minutes. What is lost then, the next use brings again. */
const failuresMax = 600;
const againAfterMs = 1_000;
/** A count that takes longer is given up until the next use. */
const countMsMax = 300_000;

export interface RecountDeps {
  house: House;
  runner: StocktakeRunner;
  /** Uses make an aisle due; otherwise only people do. */
  isAutomatic: boolean;
  onFound(found: { areaKey: string; aisle: number; findings: number }): void;
  onFailure(error: unknown): void;
}

export interface AreaRecounts {
  area: Area;
  start(): Promise<void>;
  saw(openAisle: number | null): void;
  attention(): AreaAttention;
  /** Looks again at what is stored: something was asked, acknowledged or scanned. */
  refresh(): Promise<void>;
  beforeOpening(aisle: number): Promise<void>;
  close(): Promise<void>;
}

export function recountArea(deps: RecountDeps, area: Area): AreaRecounts {
  const { house, runner } = deps;
  const { clock, layout } = house;
  const areaKey = `${area.roomId}.${area.id}`;
  const busOf = (readerId: string) => layout.deviceById.get(readerId)?.bus ?? readerId;
  const layersOf = (aisle: number) => area.layers.filter((layer) => layer.aisle === aisle);
  let attention: AreaAttention = { ...noAttention, uses: [], boxIds: new Set() };
  let openAisle = 0;
  let running: { aisle: number; id: string; why: "aisle-opened" | "too-long" | null } | null = null;
  let isStarted = false;
  let isClosed = false;
  let tail: Promise<void> = Promise.resolve();
  let cancelWait = () => {};
  const held = new Set<{ aisle: number; go: () => void }>();

  /** One step after the other; a database that is away for a moment costs nothing but time. */
  function inTurn(step: () => Promise<void>): Promise<void> {
    tail = tail.then(async () => {
      for (let failures = 1; !isClosed; failures++) {
        try {
          return await step();
        } catch (error) {
          deps.onFailure(error);
          if (failures >= failuresMax) return;
        }
        await sleep(clock, againAfterMs);
      }
    });
    return tail;
  }

  async function look(): Promise<void> {
    attention = await readAttention(house, areaKey, running?.aisle ?? null);
    for (const one of held) if (!isWaiting(one.aisle)) one.go();
  }

  async function goOn(): Promise<void> {
    await look();
    const next = running || isClosed ? null : nextRecount(attention.uses, clock.nowMs());
    cancelWait();
    if (!next) return;
    if ("waitMs" in next) cancelWait = clock.after(next.waitMs, () => void inTurn(goOn));
    else await begin(next.aisle);
  }

  async function begin(aisle: number): Promise<void> {
    const actor = attention.uses.find((use) => use.aisle === aisle)?.askedBy ?? "gateway";
    const scope = { areaKeys: [areaKey], layerIds: layersOf(aisle).map((layer) => layer.id) };
    try {
      const request = { roomId: area.roomId, scope, delta: { areaKey, aisle } };
      follow(aisle, await startStocktake(house, actor, request), actor);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Begun at an earlier try, of which only the answer was lost.
      if (error.code === "stocktake-open" && (await followOpen())) return;
      // Nothing to read at this aisle.
      await noteInterrupted(house, { areaKey, aisle, stocktakeId: null, isStillDue: false });
    }
    await look();
  }

  /** The delta of this area that the database says is running; false when there is none. */
  async function followOpen(): Promise<boolean> {
    const [open] = await house.db
      .select()
      .from(stocktakes)
      .where(and(eq(stocktakes.areaKey, areaKey), eq(stocktakes.state, "running")));
    if (open) follow(open.aisle ?? 0, open.id, open.actor);
    return open !== undefined;
  }

  function follow(aisle: number, id: string, actor: string): void {
    running = { aisle, id, why: null };
    runner.run(id, actor);
    const cancel = clock.after(countMsMax, () => void inTurn(() => interrupt("too-long")));
    void runner.ended(id).then(() => {
      cancel();
      return inTurn(() => ended(aisle, id));
    });
  }

  async function interrupt(why: "aisle-opened" | "too-long"): Promise<void> {
    if (!running) return;
    running.why = why;
    try {
      await setStocktakeState(house, "gateway", running.id, "cancel", why);
    } catch (error) {
      // It was just over.
      if (!(error instanceof Refusal)) throw error;
    }
    await runner.halt(running.id);
  }

  async function ended(aisle: number, id: string): Promise<void> {
    const [row] = await house.db.select().from(stocktakes).where(eq(stocktakes.id, id));
    if (row?.state === "running") await setStocktakeState(house, "gateway", id, "cancel", "failed");
    if (row?.state === "done") {
      const { raised, findings } = row.summary as { raised?: number; findings?: number };
      if (raised) deps.onFound({ areaKey, aisle, findings: findings ?? raised });
    } else {
      const isStillDue = running?.why === "aisle-opened";
      await noteInterrupted(house, { areaKey, aisle, stocktakeId: id, isStillDue });
    }
    running = null;
    await goOn();
  }

  function isWaiting(aisle: number): boolean {
    if (running?.aisle === aisle) return true;
    const use = attention.uses.find((one) => one.aisle === aisle);
    const next = use ? nextRecount([use], clock.nowMs()) : null;
    return next !== null && "aisle" in next;
  }

  return {
    area,
    attention: () => attention,
    async start() {
      await look();
      openAisle = attention.uses.find((use) => use.isOpen)?.aisle ?? 0;
      await followOpen();
      isStarted = true;
      await inTurn(goOn);
    },
    saw(seen) {
      if (!isStarted || isClosed) return;
      const { openAisle: now, opened, used } = seeAisles(openAisle, seen);
      openAisle = now;
      if (opened === null && used === null) return;
      void inTurn(async () => {
        await noteUse(house, areaKey, { opened, used, isDue: deps.isAutomatic });
        if (opened !== null && running?.aisle === opened) await interrupt("aisle-opened");
        await goOn();
      });
    },
    refresh: () => inTurn(goOn),
    async beforeOpening(aisle) {
      const timeUp = new Promise<void>((resolve) => clock.after(holdMsMax, resolve));
      await Promise.race([tail, timeUp]);
      if (!isWaiting(aisle)) return;
      const before = running && running.aisle !== aisle ? expectedMs(layersOf(running.aisle), busOf) : 0;
      if (before + expectedMs(layersOf(aisle), busOf) >= holdMsMax) return;
      const hold = { aisle, go: () => {} };
      const read = new Promise<void>((resolve) => {
        hold.go = resolve;
      });
      held.add(hold);
      await Promise.race([read, timeUp]);
      held.delete(hold);
    },
    async close() {
      isClosed = true;
      cancelWait();
      for (const one of held) one.go();
      await tail;
    },
  };
}
