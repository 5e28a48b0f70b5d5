/**
 * Facts about alarms on their way into the database: the urgent first, kept and tried again until they are stored. Dangers wait
 * in a file as well, which the next start stores; what the database refuses for good is set aside and holds up nothing else.
 */
import { and, eq, like, notLike } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { RoomAlarm } from "../contract/ports.ts";
import { messageOf } from "../contract/told-error.ts";
import { change, type Recorder } from "../journal/change.ts";
import type { FactLog } from "../motion/fact-log.ts";
import { sqlStateOf } from "../storage/database-error.ts";
import type { Tx } from "../storage/db.ts";
import { failureKindOf } from "../storage/failure-kind.ts";
import { motionLogs } from "../storage/schema/aisles.ts";
import { type AlarmRank, alarmRanks } from "./alarm-budget.ts";
import type { DangerFiles } from "./danger-files.ts";

/** Of each rank; a database that is away so long loses the newest, and that is counted. */
export const rowsWaitingMax = 500;
const rowsPerCommitMax = 50;
const againAfterMs = 1_000;
/** What the database says of a value it will say again: so often it is asked. */
const valueTriesMax = 4;
/** What it does for nobody (a table away, a right taken) waits so long for somebody who is at work on it. */
const refusedMsMax = 30_000;
/** Of these every row says what it is kept as. */
export const keptRanks: readonly AlarmRank[] = ["fire", "danger"];

export type AlarmWork = (tx: Tx, recorder: Recorder) => Promise<void>;

export interface LedgerRow {
  work: AlarmWork;
  /** What the next start stores where this one cannot. */
  kept?: { areaKey: string; alarm: RoomAlarm };
  /** The database does not take it, now or later. */
  onRefused?(): void;
}

export interface AlarmLedger {
  /** False when its rank's queue is full: nothing was taken. */
  write(rank: AlarmRank, row: LedgerRow): boolean;
  /** Tries everything taken until now; false when some of it is still not stored. */
  written(): Promise<boolean>;
  close(): Promise<void>;
}

interface Batch {
  rank: AlarmRank;
  rows: LedgerRow[];
}

export interface LedgerOptions {
  context: Context;
  onFailure(error: unknown): void;
  /** Of its rows; two ledgers have two. */
  name: string;
  /** Left out: nothing outlives the process. */
  files?: DangerFiles;
}

export function openAlarmLedger({ context, onFailure, name, files }: LedgerOptions): AlarmLedger {
  const { clock } = context;
  const waiting = new Map<AlarmRank, LedgerRow[]>(alarmRanks.map((rank) => [rank, []]));
  /** Of each rank, in the order taken: how many the database has, or never will. */
  const done = new Map<AlarmRank, number>();
  const logs = new Map<AlarmRank, FactLog>();
  const ledgerId = `${name}-${context.newId()}`;
  const isHopeless = refusals(clock.monoMs);
  let pumping: Promise<void> | null = null;
  let cancelAgain = () => {};
  let isClosed = false;
  /** Of a batch that was refused: so many more are tried one by one. */
  let alone = 0;

  function nextBatch(): Batch | null {
    for (const [rank, rows] of waiting)
      if (rows.length > 0) return { rank, rows: rows.slice(0, alone > 0 ? 1 : rowsPerCommitMax) };
    return null;
  }

  async function pump(): Promise<void> {
    for (let batch = nextBatch(); batch; batch = nextBatch()) {
      const now = batch;
      try {
        await change(context, (tx, recorder) => once(tx, recorder, now));
      } catch (error) {
        onFailure(error);
        if (goesOnAfter(error, now)) continue;
        if (!isClosed) cancelAgain = clock.after(againAfterMs, start);
        return;
      }
      take(now);
    }
  }

  function take({ rank, rows }: Batch): void {
    alone = Math.max(0, alone - 1);
    waiting.get(rank)?.splice(0, rows.length);
    const before = (done.get(rank) ?? 0) + rows.length;
    done.set(rank, before);
    logs.get(rank)?.stored(before);
  }

  /** True: the next may be tried at once. */
  function goesOnAfter(error: unknown, batch: Batch): boolean {
    const kind = failureKindOf(error);
    const [row] = batch.rows;
    if (!row || kind === "away" || kind === "not-leader") return false;
    if (batch.rows.length > 1) {
      alone = batch.rows.length;
      return true;
    }
    if (!isHopeless(row, kind, sqlStateOf(error) ?? messageOf(error))) return false;
    const { kept } = row;
    const aside = kept && {
      areaKey: kept.areaKey,
      atMs: kept.alarm.atMs,
      body: { kind: "alarm", alarm: kept.alarm } as const,
    };
    // A danger that nothing else keeps goes on waiting here.
    if (aside && files && !files.setAside(aside)) return false;
    take(batch);
    onFailure(
      new Error(`an alarm's row (${batch.rank}) is refused by the database: ${JSON.stringify(kept?.alarm ?? null)}`),
    );
    row.onRefused?.();
    return true;
  }

  const logIdOf = (rank: AlarmRank) => logs.get(rank)?.id ?? `${ledgerId}-${rank}`;

  /** A commit whose answer was lost is done: what is tried again begins behind it. */
  async function once(tx: Tx, recorder: Recorder, { rank, rows }: Batch): Promise<void> {
    const logId = logIdOf(rank);
    // What earlier gateways that did not end in order left.
    const isEarlier = and(like(motionLogs.logId, `${name}-%`), notLike(motionLogs.logId, `${ledgerId}-%`));
    if (done.size === 0) await tx.delete(motionLogs).where(isEarlier);
    const before = done.get(rank) ?? 0;
    const [row] = await tx.select().from(motionLogs).where(eq(motionLogs.logId, logId)).for("update");
    const isThere = (row?.lastFact ?? 0) - before;
    for (const { work } of rows.slice(Math.max(0, isThere))) await work(tx, recorder);
    const lastFact = before + Math.max(rows.length, isThere);
    const target = motionLogs.logId;
    await tx.insert(motionLogs).values({ logId, lastFact }).onConflictDoUpdate({ target, set: { lastFact } });
  }

  function start(): void {
    cancelAgain();
    pumping ??= pump().finally(() => {
      pumping = null;
    });
  }

  /** In its file before anybody stores it, so that its number there is its place in this rank. */
  function keep(rank: AlarmRank, { areaKey, alarm }: NonNullable<LedgerRow["kept"]>): void {
    const log = logs.get(rank) ?? files?.open(rank);
    if (!log) return;
    logs.set(rank, log);
    log.add(areaKey, alarm.atMs, { kind: "alarm", alarm });
  }

  async function forgetAll(): Promise<void> {
    const dropRow = (logId: string) =>
      context.db
        .delete(motionLogs)
        .where(eq(motionLogs.logId, logId))
        .then(() => {});
    for (const { id } of logs.values()) await files?.forget(id, () => dropRow(id));
    await context.db.delete(motionLogs).where(like(motionLogs.logId, `${ledgerId}-%`));
  }

  return {
    write(rank, row) {
      const rows = waiting.get(rank);
      if (!rows || rows.length >= rowsWaitingMax) return false;
      if (row.kept) keep(rank, row.kept);
      rows.push(row);
      start();
      return true;
    },
    async written() {
      start();
      await pumping;
      return nextBatch() === null;
    },
    async close() {
      isClosed = true;
      cancelAgain();
      start();
      await pumping;
      cancelAgain();
      for (const log of logs.values()) log.close();
      if (done.size > 0 && nextBatch() === null) await forgetAll().catch(onFailure);
    },
  };
}

/** Whether one more try of a row that was refused alone is of no use. */
function refusals(monoMs: () => number): (row: LedgerRow, kind: "value" | "refused", says: string) => boolean {
  let last: { row: LedgerRow; tries: number } | null = null;
  /** By what the database says. */
  const since = new Map<string, number>();
  return (row, kind, says) => {
    last = { row, tries: last?.row === row ? last.tries + 1 : 1 };
    if (kind === "value") return last.tries > valueTriesMax;
    const sinceMs = since.get(says) ?? monoMs();
    since.set(says, sinceMs);
    return monoMs() - sinceMs >= refusedMsMax;
  };
}
