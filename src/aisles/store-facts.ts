/**
 * Stores motion's decisions in the database: once, in order, with retries while the database is away. Nothing is dropped: what
 * waits here is also in motion's own log, which is told what has been stored. Facts that the database refuses are set aside.
 */
import { eq } from "drizzle-orm";
import type { Clock } from "../clock/clock.ts";
import type { Context } from "../context.ts";
import { roomChain } from "../contract/journal.ts";
import type { JournalKind } from "../contract/kinds/journal-rows.ts";
import { messageOf } from "../contract/told-error.ts";
import { change, type Recorder } from "../journal/change.ts";
import type { Fact, FactBody } from "../motion/messages.ts";
import { sqlStateOf } from "../storage/database-error.ts";
import type { Tx } from "../storage/db.ts";
import { asMotion } from "../storage/engine/first-lane.ts";
import { failureKindOf } from "../storage/failure-kind.ts";
import { motionLogs } from "../storage/schema/aisles.ts";
import { storeLeftAlarm } from "../watch/store-left-alarm.ts";
import { insertCommand, noteProgress, roomOf, settleCommand } from "./command-row.ts";
import { noteLostLock, storeLock } from "./lock-row.ts";
import { keepAreaState } from "./start-area.ts";

/** A fact of motion's log, or one of the gateway's own, which has no log. */
export interface ToStore extends Omit<Fact, "id"> {
  log: { id: string; factId: number } | null;
}

export interface FactStore {
  store(facts: readonly ToStore[]): void;
  /** Tries at once to store what waits; true when all of it is stored, false when the database failed or `msMax` is over. */
  stored(msMax: number): Promise<boolean>;
  /** Number of facts that wait. */
  waiting(): number;
  /** Facts that the database refused and that were set aside for the next start, since this start. */
  setAside(): number;
  /** Another gateway leads: what waits is not stored here, and nothing is tried any more. */
  isAnothers(): boolean;
  close(msMax: number): Promise<void>;
}

export interface FactStoreDeps {
  context: Context;
  onStored(facts: readonly ToStore[]): void;
  /** Whether a lock is still on; true for an area without a motion yet. */
  holdsLock(areaKey: string, lockId: string): boolean;
  /** Whether alarms among the facts are stored here; false if another part does so. */
  keepsAlarms?(): boolean;
  /** Keeps what the database refuses until the next start; false if it cannot: then it waits here. */
  setAside(fact: ToStore): boolean;
  /** It is kept aside, so its log need not keep it. */
  onSetAside(fact: ToStore): void;
  onFailure(error: unknown): void;
}

const batchMax = 50;
const againMsMin = 100;
const againMsMax = 5_000;
/** A complaint of the database about a value will not change, so it is tried only this often. */
const valueTriesMax = 4;
/**
 * If the refusal concerns every caller (a missing table or right), facts of that kind wait this long: somebody may be fixing it.
 */
const refusedMsMax = 30_000;

export function factStore(deps: FactStoreDeps): FactStore {
  const { context, onStored, holdsLock, keepsAlarms, onFailure } = deps;
  const { clock } = context;
  const queue: ToStore[] = [];
  const waiters: ((isStored: boolean) => void)[] = [];
  /** By kind of fact and message of the database: since when. */
  const refusedSince = new Map<string, number>();
  let isRunning = false;
  let isClosed = false;
  let isAnothers = false;
  let failures = 0;
  /** Tries of the first waiting fact, since it is tried alone. */
  let tries = 0;
  let setAside = 0;
  let cancelRetry = () => {};

  /** A lock taken off before its row was stored: storing it now would bring the lock back. */
  const isStillSo = ({ areaKey, body }: ToStore) => body.kind !== "lock" || holdsLock(areaKey, body.lock.id);

  async function run(): Promise<void> {
    if (isRunning || isClosed || isAnothers) return;
    isRunning = true;
    while (queue.length > 0 && !isClosed) {
      const batch = queue.slice(0, tries > 0 ? 1 : batchMax);
      try {
        await asMotion(() => storeAll(context, batch.filter(isStillSo), keepsAlarms?.() ?? false));
      } catch (error) {
        if (isClosed) break;
        if (goesOnAfter(error, batch)) continue;
        break;
      }
      failures = 0;
      tries = 0;
      for (const { body } of batch)
        for (const key of refusedSince.keys()) if (key.startsWith(`${body.kind} `)) refusedSince.delete(key);
      queue.splice(0, batch.length);
      onStored(batch);
    }
    isRunning = false;
    for (const done of waiters.splice(0)) done(queue.length === 0);
  }

  /** Returns true when the next may be tried at once. */
  function goesOnAfter(error: unknown, batch: readonly ToStore[]): boolean {
    onFailure(error);
    const kind = failureKindOf(error);
    const [first] = batch;
    if (kind === "not-leader" || !first) {
      // This gateway's decisions are in motion's log; the next start decides what becomes of them.
      isAnothers = true;
      return false;
    }
    if (kind === "away") {
      retryLater();
      return false;
    }
    if (batch.length > 1) {
      tries = 1;
      return true;
    }
    tries++;
    if (!isHopeless(kind, first, error) || !deps.setAside(first)) {
      retryLater();
      return false;
    }
    setAside++;
    tries = 0;
    failures = 0;
    onFailure(new Error(`a fact of ${first.areaKey} is kept aside, not stored: ${JSON.stringify(first.body)}`));
    queue.shift();
    deps.onSetAside(first);
    return true;
  }

  function isHopeless(kind: "value" | "refused", { body }: ToStore, error: unknown): boolean {
    if (kind === "value") return tries > valueTriesMax;
    const key = `${body.kind} ${sqlStateOf(error) ?? messageOf(error)}`;
    const sinceMs = refusedSince.get(key) ?? clock.monoMs();
    refusedSince.set(key, sinceMs);
    return clock.monoMs() - sinceMs >= refusedMsMax;
  }

  function retryLater(): void {
    cancelRetry();
    cancelRetry = clock.after(Math.min(againMsMax, againMsMin * 2 ** failures++), () => void run());
  }

  return {
    store(facts) {
      // One by one: a long log has more facts than one call takes as arguments.
      for (const fact of facts) queue.push(fact);
      void run();
    },
    stored(msMax) {
      if (queue.length === 0) return Promise.resolve(true);
      if (isAnothers) return Promise.resolve(false);
      cancelRetry();
      void run();
      return within(clock, msMax, waiters);
    },
    waiting: () => queue.length,
    setAside: () => setAside,
    isAnothers: () => isAnothers,
    async close(msMax) {
      cancelRetry();
      void run();
      if (queue.length > 0 && !isAnothers) await within(clock, msMax, waiters);
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

async function storeAll(context: Context, facts: readonly ToStore[], keepsAlarms: boolean): Promise<void> {
  await change(context, async (tx, recorder) => {
    const seen = new Map<string, number>();
    for (const { log } of facts) if (log && !seen.has(log.id)) seen.set(log.id, await lastStored(tx, log.id));
    for (const fact of facts) {
      const { log } = fact;
      if (log && log.factId <= (seen.get(log.id) ?? 0)) continue;
      if (fact.body.kind !== "alarm") await storeOne(tx, recorder, fact.areaKey, fact.atMs, fact.body);
      else if (keepsAlarms) await storeLeftAlarm(context, tx, recorder, fact.body.alarm);
      if (log) seen.set(log.id, log.factId);
    }
    for (const [logId, lastFact] of seen) await noteStored(tx, logId, lastFact);
  });
}

async function lastStored(tx: Tx, logId: string): Promise<number> {
  const [row] = await tx.select().from(motionLogs).where(eq(motionLogs.logId, logId)).for("update");
  return row?.lastFact ?? 0;
}

/** Deletes the row of a finished and fully stored log. */
export async function dropLogRow(context: Context, logId: string): Promise<void> {
  await context.db.delete(motionLogs).where(eq(motionLogs.logId, logId));
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
  // biome-ignore lint/nursery/useExhaustiveSwitchCases: the type excludes alarms, which the rule does not read; tsc does.
  switch (body.kind) {
    case "progress":
      return noteProgress(tx, body.commandId, body.state, body.wireId);
    case "settle":
      return settleCommand(tx, recorder, { ...body, areaKey }, atMs);
    case "kept":
      return keepAreaState(tx, areaKey, body, body.isOld);
    case "lock-lost":
      return noteLostLock(tx, recorder, areaKey, body.lock);
    case "asked":
      return insertCommand(tx, recorder, body.command);
    case "lock":
      return storeLock(tx, recorder, areaKey, body.lock);
    case "decision":
      return noteDecision(recorder, areaKey, atMs, body);
  }
}

const decisionKinds: Partial<Record<string, JournalKind>> = { stop: "area.stopped" };

/** S24: journals every decision with the inputs that it was based on. */
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
