/**
 * Writes alarm facts into the database, the urgent ones first, and retries until they are stored. Dangers are also kept in a
 * file, from which the next start stores them. A row that the database refuses for good is set aside and holds up no others.
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

/** Limit for each rank; if the database is away for longer, the newest are lost and counted. */
export const rowsWaitingMax = 500;
const rowsPerCommitMax = 50;
const againAfterMs = 1_000;
/** A complaint of the database about a value will not change, so it is tried only this often. */
const valueTriesMax = 4;
/** A refusal that concerns every caller (a missing table, a missing right) is waited out this long: somebody may be fixing it. */
const refusedMsMax = 30_000;
/** Every row of these ranks says what to keep for the next start. */
export const keptRanks: readonly AlarmRank[] = ["fire", "danger"];

export type AlarmWork = (tx: Tx, recorder: Recorder) => Promise<void>;

export interface LedgerRow {
  work: AlarmWork;
  /** What the next start stores if this one cannot. */
  kept?: { areaKey: string; alarm: RoomAlarm };
  /** Called when the database will never accept it. */
  onRefused?(): void;
}

export interface AlarmLedger {
  /** Returns false when its rank's queue is full and nothing was taken. */
  write(rank: AlarmRank, row: LedgerRow): boolean;
  /** Tries to store everything taken until now; resolves false when some of it is still not stored. */
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
  /** Name of its rows; two ledgers have different ones. */
  name: string;
  /** Left out: nothing outlives the process. */
  files?: DangerFiles;
}

export function openAlarmLedger({ context, onFailure, name, files }: LedgerOptions): AlarmLedger {
  const { clock } = context;
  const waiting = new Map<AlarmRank, LedgerRow[]>(alarmRanks.map((rank) => [rank, []]));
  /** For each rank, in the order taken: how many are stored or given up. */
  const done = new Map<AlarmRank, number>();
  const logs = new Map<AlarmRank, FactLog>();
  const ledgerId = `${name}-${context.newId()}`;
  const isHopeless = refusals(clock.monoMs);
  let pumping: Promise<void> | null = null;
  let cancelAgain = () => {};
  let isClosed = false;
  /** After a refused batch: how many more are tried one by one. */
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

  /** Returns true when the next may be tried at once. */
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
    // A danger that is kept nowhere else goes on waiting here.
    if (aside && files && !files.setAside(aside)) return false;
    take(batch);
    onFailure(
      new Error(`an alarm's row (${batch.rank}) is refused by the database: ${JSON.stringify(kept?.alarm ?? null)}`),
    );
    row.onRefused?.();
    return true;
  }

  const logIdOf = (rank: AlarmRank) => logs.get(rank)?.id ?? `${ledgerId}-${rank}`;

  /** A commit whose answer was lost has taken effect: the retry begins after it. */
  async function once(tx: Tx, recorder: Recorder, { rank, rows }: Batch): Promise<void> {
    const logId = logIdOf(rank);
    // Left by earlier gateways that did not end in order.
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

  /** Written to its file before it is stored, so that its number there is its place in this rank. */
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

/** Returns whether a row that was refused alone should be given up. */
function refusals(monoMs: () => number): (row: LedgerRow, kind: "value" | "refused", says: string) => boolean {
  let last: { row: LedgerRow; tries: number } | null = null;
  /** By the database's message. */
  const since = new Map<string, number>();
  return (row, kind, says) => {
    last = { row, tries: last?.row === row ? last.tries + 1 : 1 };
    if (kind === "value") return last.tries > valueTriesMax;
    const sinceMs = since.get(says) ?? monoMs();
    since.set(says, sinceMs);
    return monoMs() - sinceMs >= refusedMsMax;
  };
}
