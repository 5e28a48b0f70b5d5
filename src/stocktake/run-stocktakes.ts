/** The loop behind running counts: asks every antenna of the scope, keeps what it heard, looks twice where a box was not heard. */
import { and, eq, inArray } from "drizzle-orm";
import { sleep } from "../clock/clock.ts";
import type { Actor } from "../contract/journal.ts";
import type { ReaderPort } from "../contract/ports.ts";
import type { StocktakeSettings, StocktakeView } from "../contract/stocktake.ts";
import type { House } from "../house.ts";
import { stocktakeAntennas, stocktakes } from "../storage/schema/stocktake.ts";
import { finishStocktake } from "./finish-stocktake.ts";
import { recordCoverage } from "./record-coverage.ts";
import { silentLayers } from "./silent-layers.ts";
import { stocktakeView } from "./stocktake-view.ts";

/** How often an unhealthy antenna is asked again before its layer is called not covered. */
const attemptsMax = 3;
const attemptPauseMs = 1_000;
/** Failures of the database that one count outlives, a pause after each: ten minutes. After more the next start goes on with it. */
const failuresMax = 600;
const progressEveryMs = 500;
/** Times the wanted rounds that a layer with a silent box is asked again: silence must not rest on one look. */
const secondLookFactor = 2;

export interface StocktakeDeps {
  house: House;
  readers: ReadonlyMap<string, ReaderPort>;
  onProgress(view: StocktakeView): void;
  onFailure(error: unknown): void;
}

export interface StocktakeRunner {
  /** Begins or goes on with a count that is `running` in the database. */
  run(id: string, actor: Actor): void;
  /** Ends the loop of a count after the antenna at hand; its state is the database's affair. */
  halt(id: string): Promise<void>;
  /** Goes on with all counts that a restart interrupted. */
  resumeAll(): Promise<void>;
  close(): Promise<void>;
}

interface Loop {
  isHalted: boolean;
  ended: Promise<void>;
}

export function stocktakeRunner(deps: StocktakeDeps): StocktakeRunner {
  const loops = new Map<string, Loop>();

  function run(id: string, actor: Actor): void {
    const before = loops.get(id);
    if (before && !before.isHalted) return;
    const loop: Loop = { isHalted: false, ended: Promise.resolve() };
    loops.set(id, loop);
    // One that is still being halted ends first: resumed at that moment, the count goes on all the same.
    loop.ended = (before?.ended ?? Promise.resolve())
      .then(() => keepCounting(deps, id, actor, loop))
      .catch((error) => deps.onFailure(error))
      .finally(() => {
        if (loops.get(id) === loop) loops.delete(id);
      });
  }

  async function halt(id: string): Promise<void> {
    const loop = loops.get(id);
    if (!loop) return;
    loop.isHalted = true;
    await loop.ended;
  }

  return {
    run,
    halt,
    async resumeAll() {
      const rows = await deps.house.db.select().from(stocktakes).where(eq(stocktakes.state, "running"));
      for (const row of rows) run(row.id, row.actor);
    },
    async close() {
      await Promise.all([...loops.keys()].map(halt));
    },
  };
}

/** A database that is away for a moment costs the count nothing but time; antennas done stay done. */
async function keepCounting(deps: StocktakeDeps, id: string, actor: Actor, loop: Loop): Promise<void> {
  for (let failures = 1; !loop.isHalted; failures++) {
    try {
      return await count(deps, id, actor, loop);
    } catch (error) {
      if (failures >= failuresMax) throw error;
      deps.onFailure(error);
    }
    await sleep(deps.house.clock, attemptPauseMs);
  }
}

async function count(deps: StocktakeDeps, id: string, actor: Actor, loop: Loop): Promise<void> {
  const { house } = deps;
  const [row] = await house.db.select().from(stocktakes).where(eq(stocktakes.id, id));
  if (row?.state !== "running") return;
  const { roundsMin } = row.settings as StocktakeSettings;
  const progress = progressTeller(deps, id);
  await readAntennas(deps, id, loop, roundsMin, progress);
  if (loop.isHalted) return;
  const again = await silentLayers(house, row);
  if (again.length > 0) {
    await house.db
      .update(stocktakeAntennas)
      .set({ isDone: false })
      .where(and(eq(stocktakeAntennas.stocktakeId, id), inArray(stocktakeAntennas.layerId, again)));
    await readAntennas(deps, id, loop, roundsMin * secondLookFactor, progress);
    if (loop.isHalted) return;
  }
  await finishStocktake(house, actor, id);
  deps.onProgress(await stocktakeView(house, id));
}

/** All antennas of the work list that are not done; readers work side by side, a reader's antennas one after the other. */
async function readAntennas(
  deps: StocktakeDeps,
  id: string,
  loop: Loop,
  rounds: number,
  progress: () => Promise<void>,
): Promise<void> {
  const rows = await deps.house.db
    .select()
    .from(stocktakeAntennas)
    .where(and(eq(stocktakeAntennas.stocktakeId, id), eq(stocktakeAntennas.isDone, false)))
    .orderBy(stocktakeAntennas.readerId, stocktakeAntennas.antenna);
  const byReader = new Map<string, number[]>();
  for (const row of rows) byReader.set(row.readerId, [...(byReader.get(row.readerId) ?? []), row.antenna]);
  await Promise.all(
    [...byReader].map(([readerId, antennas]) => readReader(deps, id, loop, readerId, antennas, rounds, progress)),
  );
}

async function readReader(
  deps: StocktakeDeps,
  id: string,
  loop: Loop,
  readerId: string,
  antennas: number[],
  rounds: number,
  progress: () => Promise<void>,
): Promise<void> {
  const reader = deps.readers.get(readerId);
  let waiting = antennas;
  for (let attempt = 1; waiting.length > 0 && !loop.isHalted; attempt++) {
    const isLast = attempt >= attemptsMax || !reader;
    const unhealthy: number[] = [];
    if (!reader) {
      for (const antenna of waiting) {
        const coverage = {
          readerId,
          antenna,
          roundsOffered: rounds,
          healthy: false,
          fault: "reader-unknown",
          sightings: [],
        };
        await recordCoverage(deps.house, id, coverage, true);
      }
      return;
    }
    for await (const coverage of reader.inventory({ antennas: waiting, roundsEach: rounds })) {
      if (!coverage.healthy && !isLast) unhealthy.push(coverage.antenna);
      await recordCoverage(deps.house, id, coverage, coverage.healthy || isLast);
      await progress();
      if (loop.isHalted) break;
    }
    waiting = unhealthy;
    if (waiting.length > 0) await sleep(deps.house.clock, attemptPauseMs);
  }
}

/** Tells progress at most every half second. */
function progressTeller(deps: StocktakeDeps, id: string): () => Promise<void> {
  let toldAtMs = 0;
  return async () => {
    const now = deps.house.clock.nowMs();
    if (now - toldAtMs < progressEveryMs) return;
    toldAtMs = now;
    deps.onProgress(await stocktakeView(deps.house, id));
  };
}
