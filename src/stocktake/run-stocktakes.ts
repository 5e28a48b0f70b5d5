/** The loop of running stocktakes: asks every antenna once, then those that the judge names, until the error bound is reached. */
import { and, eq, sql } from "drizzle-orm";
import { sleep } from "../clock/clock.ts";
import type { Context } from "../context.ts";
import type { Actor } from "../contract/journal.ts";
import type { ReaderPort } from "../contract/ports.ts";
import type { StocktakeView } from "../contract/stocktake.ts";
import { stocktakeAntennas, stocktakes } from "../storage/schema/stocktake.ts";
import { finishStocktake } from "./finish-stocktake.ts";
import type { ReadingPlan } from "./judging/planning-judge.ts";
import { readFacts, type StocktakeRow } from "./judging/read-facts.ts";
import type { StocktakeJudge } from "./judging/stocktake-judge.ts";
import { recordCoverage } from "./record-coverage.ts";
import { stocktakeView } from "./stocktake-view.ts";

/** How often an unhealthy antenna is asked again before its layer counts as not covered. */
const attemptsMax = 3;
const attemptPauseMs = 1_000;
/** Database failures that one stocktake survives, with a pause after each: ten minutes. After that the next start resumes it. */
const failuresMax = 600;
const progressEveryMs = 500;
/** Pause between two progress reports, in multiples of the duration of one. */
const progressPauseTimes = 20;
/** Most looks of one stocktake; the reading rules end it long before. */
const looksMax = 60;
/** Finds, at least this often, a stocktake whose start or pause was committed while the answer was lost. */
const alignEveryMs = 10_000;
/** Weight of the newest round in the estimate of a reader's round duration. */
const newestShare = 0.3;

export interface StocktakeDeps {
  context: Context;
  readers: ReadonlyMap<string, ReaderPort>;
  judge: StocktakeJudge;
  onProgress(view: StocktakeView): void;
  onFailure(error: unknown): void;
}

export interface StocktakeRunner {
  /** Begins or resumes a stocktake that is `running` in the database. */
  run(id: string, actor: Actor): void;
  /** Ends the loop of a stocktake after the current antenna; does not change its state in the database. */
  halt(id: string): Promise<void>;
  /** Expected time left; null before the judge was asked and when nothing runs. */
  remainingMs(id: string): number | null;
  /** Resolves when the loop of a stocktake is over, however it ended; at once when none runs. */
  ended(id: string): Promise<void>;
  /** Resumes all stocktakes that a restart interrupted; from then on it runs exactly those that the database has as running. */
  resumeAll(): Promise<void>;
  close(): Promise<void>;
}

interface Loop {
  isHalted: boolean;
  ended: Promise<void>;
  /** Measured duration of each reader's round. */
  roundMs: Map<string, number>;
  /** When it will likely be over, as the judge last estimated. */
  endsAtMs: number | null;
}

export function stocktakeRunner(deps: StocktakeDeps): StocktakeRunner {
  const { db, clock } = deps.context;
  const loops = new Map<string, Loop>();
  let cancelAlign = () => {};
  let isClosed = false;

  function run(id: string, actor: Actor): void {
    const before = loops.get(id);
    if (before && !before.isHalted) return;
    const loop: Loop = { isHalted: false, ended: Promise.resolve(), roundMs: new Map(), endsAtMs: null };
    loops.set(id, loop);
    // A loop that is still halting ends first; a stocktake that is resumed at that moment goes on afterwards.
    loop.ended = (before?.ended ?? Promise.resolve())
      .then(() => keepReading(deps, id, actor, loop))
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

  /** The stored state decides; loops begun during this query are newer than its result. */
  async function align(): Promise<void> {
    const before = [...loops.keys()];
    const rows = await db.select().from(stocktakes).where(eq(stocktakes.state, "running"));
    if (isClosed) return;
    for (const row of rows) run(row.id, row.actor);
    for (const id of before) if (!rows.some((row) => row.id === id)) void halt(id);
  }

  function alignLater(): void {
    if (isClosed) return;
    cancelAlign = clock.after(alignEveryMs, () => {
      // If the database is away, the next run asks again.
      void align()
        .catch(() => {})
        .finally(alignLater);
    });
  }

  return {
    run,
    halt,
    remainingMs(id) {
      const loop = loops.get(id);
      return loop ? remainingOf(deps, loop) : null;
    },
    ended: (id) => loops.get(id)?.ended ?? Promise.resolve(),
    async resumeAll() {
      await align();
      alignLater();
    },
    async close() {
      isClosed = true;
      cancelAlign();
      await Promise.all([...loops.keys()].map(halt));
    },
  };
}

/** While the database is away the stocktake only waits; finished antennas stay finished. */
async function keepReading(deps: StocktakeDeps, id: string, actor: Actor, loop: Loop): Promise<void> {
  for (let failures = 1; !loop.isHalted; failures++) {
    try {
      return await count(deps, id, actor, loop);
    } catch (error) {
      if (failures >= failuresMax) throw error;
      deps.onFailure(error);
    }
    await sleep(deps.context.clock, attemptPauseMs);
  }
}

async function count(deps: StocktakeDeps, id: string, actor: Actor, loop: Loop): Promise<void> {
  const { context } = deps;
  const [row] = await context.db.select().from(stocktakes).where(eq(stocktakes.id, id));
  if (row?.state !== "running") return;
  const progress = progressTeller(deps, id, loop);
  for (let look = 0; look < looksMax; look++) {
    // The first estimate is made beside the first reading: nothing waits for it, and it may fail.
    const foreseen = look === 0 ? askPlan(deps, row, loop).catch(deps.onFailure) : null;
    await Promise.all([foreseen, readAntennas(deps, id, loop, progress)]);
    if (loop.isHalted) return;
    const plan = await askPlan(deps, row, loop);
    if (loop.isHalted) return;
    if (plan.orders.length === 0) break;
    await orderRounds(context, row, plan);
  }
  await finishStocktake({ context, judge: deps.judge, actor, row, isHalted: () => loop.isHalted });
  loop.endsAtMs = null;
  deps.onProgress(await stocktakeView(context, id));
}

/** Asks what to read next, and notes when the stocktake will likely be over, with reading and later looks. */
async function askPlan({ context, judge }: StocktakeDeps, row: StocktakeRow, loop: Loop): Promise<ReadingPlan> {
  const fromMs = context.clock.monoMs();
  const plan = await judge.plan(await readFacts(context.db, context.layout, row), loop.roundMs);
  const monoMs = context.clock.monoMs();
  loop.endsAtMs = monoMs + plan.remainingMs + plan.remainingLooks * (monoMs - fromMs);
  return plan;
}

/** The next reading orders are stored in the database, so a restart goes on with them. */
async function orderRounds(context: Context, row: StocktakeRow, { orders }: ReadingPlan): Promise<void> {
  await context.db.execute(sql`
    UPDATE stocktake_antennas a SET is_done = false, rounds_wanted = o.rounds
    FROM jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) AS o("readerId" text, antenna int, rounds int)
    WHERE a.stocktake_id = ${row.id} AND a.reader_id = o."readerId" AND a.antenna = o.antenna`);
}

/** Reads all unfinished antennas of the work list; readers work in parallel, a reader's antennas one after the other. */
async function readAntennas(deps: StocktakeDeps, id: string, loop: Loop, progress: () => Promise<void>): Promise<void> {
  const rows = await deps.context.db
    .select()
    .from(stocktakeAntennas)
    .where(and(eq(stocktakeAntennas.stocktakeId, id), eq(stocktakeAntennas.isDone, false)))
    .orderBy(stocktakeAntennas.readerId, stocktakeAntennas.antenna);
  const byReader = new Map<string, Map<number, number[]>>();
  for (const { readerId, antenna, roundsWanted } of rows) {
    const byRounds = byReader.get(readerId) ?? new Map<number, number[]>();
    byReader.set(readerId, byRounds.set(roundsWanted, [...(byRounds.get(roundsWanted) ?? []), antenna]));
  }
  await Promise.all(
    [...byReader].map(async ([readerId, byRounds]) => {
      for (const [rounds, antennas] of byRounds) await readReader(deps, id, loop, readerId, antennas, rounds, progress);
    }),
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
        await recordCoverage(deps.context, id, coverage, true);
      }
      return;
    }
    let fromMs = deps.context.clock.monoMs();
    for await (const coverage of reader.inventory({ antennas: waiting, roundsEach: rounds })) {
      if (coverage.healthy) noteRoundMs(loop, readerId, (deps.context.clock.monoMs() - fromMs) / rounds);
      fromMs = deps.context.clock.monoMs();
      if (!coverage.healthy && !isLast) unhealthy.push(coverage.antenna);
      await recordCoverage(deps.context, id, coverage, coverage.healthy || isLast);
      await progress();
      if (loop.isHalted) break;
    }
    waiting = unhealthy;
    if (waiting.length > 0) await sleep(deps.context.clock, attemptPauseMs);
  }
}

function noteRoundMs({ roundMs }: Loop, readerId: string, ms: number): void {
  const before = roundMs.get(readerId) ?? ms;
  roundMs.set(readerId, before + (ms - before) * newestShare);
}

function remainingOf(deps: StocktakeDeps, { endsAtMs }: Loop): number | null {
  return endsAtMs === null ? null : Math.max(0, Math.round(endsAtMs - deps.context.clock.monoMs()));
}

/** Reports progress at most every half second, and less often where a report takes the database long. */
function progressTeller(deps: StocktakeDeps, id: string, loop: Loop): () => Promise<void> {
  const { clock } = deps.context;
  let nextAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const fromMs = clock.monoMs();
    if (fromMs < nextAtMs) return;
    nextAtMs = Number.POSITIVE_INFINITY;
    try {
      deps.onProgress({ ...(await stocktakeView(deps.context, id)), remainingMs: remainingOf(deps, loop) });
    } finally {
      const tookMs = clock.monoMs() - fromMs;
      nextAtMs = clock.monoMs() + Math.max(progressEveryMs - tookMs, tookMs * progressPauseTimes);
    }
  };
}
