/**
 * Brings what motion decided into the database: once, in order, again and again while the database is away. Nothing is dropped;
 * what waits here is also in motion's own log, which is told what has been stored.
 */
import { eq } from "drizzle-orm";
import type { Clock } from "../clock/clock.ts";
import { type JournalKind, roomChain } from "../contract/journal.ts";
import type { House } from "../house.ts";
import { change, type Recorder } from "../journal/change.ts";
import type { Fact, FactBody } from "../motion/messages.ts";
import { sqlStateOf } from "../storage/database-error.ts";
import type { Tx } from "../storage/db.ts";
import { motionLogs } from "../storage/schema/aisles.ts";
import { storeLeftAlarm } from "../watch/store-left-alarm.ts";
import { noteProgress, roomOf, settleCommand } from "./command-row.ts";
import { storeLock } from "./lock-row.ts";
import { keepAreaState } from "./start-area.ts";

/** A fact of motion's log, or one of the gateway's own, which has no log. */
export interface ToStore extends Omit<Fact, "id"> {
  log: { id: string; factId: number } | null;
}

export interface FactStore {
  store(facts: readonly ToStore[]): void;
  /** Tries at once what waits; true when all of it is stored, false when the database failed or `msMax` is over. */
  stored(msMax: number): Promise<boolean>;
  /** Facts that wait. */
  waiting(): number;
  close(msMax: number): Promise<void>;
}

export interface FactStoreDeps {
  house: House;
  onStored(facts: readonly ToStore[]): void;
  /** Whether a lock is still on; true for an area that nobody drives yet. */
  holdsLock(areaKey: string, lockId: string): boolean;
  /** Whether alarms among the facts are stored here; false where somebody else does. */
  keepsAlarms?(): boolean;
  onFailure(error: unknown): void;
}

const batchMax = 50;
const againMsMin = 100;
const againMsMax = 5_000;
/** A fact that the database refuses by itself, alone, so often is told and left in the program's log: it must not hold up the rest. */
const refusalsMax = 3;

export function factStore({ house, onStored, holdsLock, keepsAlarms, onFailure }: FactStoreDeps): FactStore {
  const queue: ToStore[] = [];
  const waiters: ((isStored: boolean) => void)[] = [];
  let isRunning = false;
  let isClosed = false;
  let failures = 0;
  let refusals = 0;
  let cancelRetry = () => {};

  /** Taken off before its row was there: the row would come back without it. */
  const isStillSo = ({ areaKey, body }: ToStore) => body.kind !== "lock" || holdsLock(areaKey, body.lock.id);

  async function run(): Promise<void> {
    if (isRunning || isClosed) return;
    isRunning = true;
    while (queue.length > 0 && !isClosed) {
      const batch = queue.slice(0, refusals > 0 ? 1 : batchMax);
      try {
        await storeAll(house, batch.filter(isStillSo), keepsAlarms?.() ?? false);
      } catch (error) {
        if (isClosed) break;
        onFailure(error);
        if (!isRefused(error) || ++refusals <= refusalsMax || batch.length > 1) {
          retryLater();
          break;
        }
        onFailure(new Error(`a fact of ${batch[0]?.areaKey} cannot be stored: ${JSON.stringify(batch[0]?.body)}`));
      }
      failures = 0;
      const isDropped = refusals > refusalsMax;
      refusals = 0;
      queue.splice(0, batch.length);
      if (!isDropped) onStored(batch);
    }
    isRunning = false;
    for (const done of waiters.splice(0)) done(queue.length === 0);
  }

  function retryLater(): void {
    cancelRetry();
    cancelRetry = house.clock.after(Math.min(againMsMax, againMsMin * 2 ** failures++), () => void run());
  }

  return {
    store(facts) {
      queue.push(...facts);
      void run();
    },
    stored(msMax) {
      if (queue.length === 0) return Promise.resolve(true);
      cancelRetry();
      void run();
      return within(house.clock, msMax, waiters);
    },
    waiting: () => queue.length,
    async close(msMax) {
      cancelRetry();
      void run();
      if (queue.length > 0) await within(house.clock, msMax, waiters);
      isClosed = true;
      cancelRetry();
    },
  };
}

function within(clock: Clock, msMax: number, waiters: ((isStored: boolean) => void)[]): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(msMax, () => resolve(false));
    waiters.push((isStored) => {
      cancel();
      resolve(isStored);
    });
  });
}

/** Refused by the database itself (a constraint, a value), not away: the same will happen again. */
function isRefused(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== null && /^2[23]/.test(state);
}

async function storeAll(house: House, facts: readonly ToStore[], keepsAlarms: boolean): Promise<void> {
  await change(house, async (tx, recorder) => {
    const seen = new Map<string, number>();
    for (const { log } of facts) if (log && !seen.has(log.id)) seen.set(log.id, await lastStored(tx, log.id));
    for (const fact of facts) {
      const { log } = fact;
      if (log && log.factId <= (seen.get(log.id) ?? 0)) continue;
      if (fact.body.kind !== "alarm") await storeOne(tx, recorder, fact.areaKey, fact.atMs, fact.body);
      else if (keepsAlarms) await storeLeftAlarm(house, tx, recorder, fact.body.alarm);
      if (log) seen.set(log.id, log.factId);
    }
    for (const [logId, lastFact] of seen) await noteStored(tx, logId, lastFact);
  });
}

async function lastStored(tx: Tx, logId: string): Promise<number> {
  const [row] = await tx.select().from(motionLogs).where(eq(motionLogs.logId, logId)).for("update");
  return row?.lastFact ?? 0;
}

async function noteStored(tx: Tx, logId: string, lastFact: number): Promise<void> {
  await tx
    .insert(motionLogs)
    .values({ logId, lastFact })
    .onConflictDoUpdate({ target: motionLogs.logId, set: { lastFact } });
}

async function storeOne(
  tx: Tx,
  recorder: Recorder,
  areaKey: string,
  atMs: number,
  body: Exclude<FactBody, { kind: "alarm" }>,
): Promise<void> {
  switch (body.kind) {
    case "progress":
      return noteProgress(tx, body.commandId, body.state, body.wireId);
    case "settle":
      return settleCommand(tx, recorder, { ...body, areaKey });
    case "kept":
      return keepAreaState(tx, areaKey, body);
    case "lock":
      return storeLock(tx, recorder, areaKey, body.lock);
    case "decision":
      return noteDecision(recorder, areaKey, atMs, body);
  }
}

const decisionKinds: Partial<Record<string, JournalKind>> = { stop: "area.stopped" };

/** S24: every decision with the inputs it saw. */
function noteDecision(
  recorder: Recorder,
  areaKey: string,
  decidedAtMs: number,
  body: Extract<FactBody, { kind: "decision" }>,
): void {
  const { kind: _, actor, alarm, ...seen } = body;
  recorder.note({
    chain: roomChain(roomOf(areaKey)),
    actor,
    kind: alarm ? "area.alarm" : (decisionKinds[seen.decision] ?? "aisle.decided"),
    subject: `area:${areaKey}`,
    body: { areaKey, decidedAtMs, ...seen },
  });
}
