/** Dry run and run of an uploaded file, batch by batch, with progress after each; a crash or a cancel leaves whole batches. */
import { eq } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { Refusal } from "../../contract/errors.ts";
import type { Actor } from "../../contract/journal.ts";
import { type BatchPace, batchPace } from "../../storage/batch-pace.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import { type Patience, whileAway } from "../../storage/while-away.ts";
import { type BatchRow, batchRowsMax } from "./apply-batch.ts";
import { boxesSeen } from "./boxes-seen.ts";
import type { AgainstOthers } from "./check-file.ts";
import type { CheckBegun } from "./check-pages.ts";
import { checkRow } from "./check-row.ts";
import { type ImportTotals, outcomesFrom } from "./outcomes.ts";
import type { NumberedRow } from "./read-table.ts";
import type { RunFaults } from "./run-faults.ts";
import { type RunCounts, type StoreDeps, storeBatch } from "./store-batch.ts";

export const rowsMax = 2_000_000;
/** A transaction of the embedded engine delays all others, so it must be this short. */
const batchMsMax = 50;
const batchRowsFirst = 100;
const batchRowsMin = 20;
const rowsBetweenWords = 500;
/** An interrupted check repeats about this many rows. */
const rowsBetweenPages = 1_000;
/** A night and a morning: by then somebody has looked at it. */
const databaseWaitMsMax = 12 * 3_600_000;

/** `isWhole`: it reached the end of the file; else it was cancelled or paused, or the gateway is closing. */
export type ImportRan = ImportTotals & { isWhole: boolean };

/** A row with the result of the job "compare-rows"; if that did not run, only the database finds conflicts. */
export type ComparedRow = NumberedRow & { against?: AgainstOthers };

export interface ImportRun {
  importId: string;
  /** Rows in the file's order. */
  rows: AsyncIterable<ComparedRow> | Iterable<ComparedRow>;
  actor: Actor;
  isDryRun: boolean;
  /** Dry run only: where it goes on, and the store for its progress. */
  check?: CheckBegun | null;
  /** Run only: what its batches stored before a restart; those rows are skipped. */
  from?: (RunCounts & { rows: number }) | null;
  /** Run only: stores the refused rows. */
  faults?: RunFaults | null;
  isCancelled(): boolean;
  /** Called from time to time with the number of rows. */
  onRows?(rows: number): void;
  /** Called with true while the database is away and waited for, with false when it is back. */
  onDatabaseAway?(isAway: boolean): void;
  /** Sizes of batches, for tests. */
  pace?: BatchPace;
}

const noTotals = { created: 0, changed: 0, unchanged: 0, refused: 0 };

export const importPatience = (context: Context, run: Pick<ImportRun, "isCancelled" | "onDatabaseAway">): Patience => ({
  ...{ clock: context.clock, isOver: () => run.isCancelled(), waitMsMax: databaseWaitMsMax },
  ...(run.onDatabaseAway ? { onWaiting: run.onDatabaseAway } : {}),
});

/** Returns the totals; refuses files that are too long. Faulty rows are left out, all others are applied. */
export async function runImport(context: Context, run: ImportRun): Promise<ImportRan> {
  const { rows: rowsBefore, ...before } =
    run.check?.from ??
    (run.from ? { ...run.from, faults: run.faults?.begun ?? [] } : { ...noTotals, rows: 0, faults: [] });
  const outcomes = outcomesFrom(before);
  const { totals } = outcomes;
  const patience = importPatience(context, run);
  let pageAt = rowsBefore;
  let faultsPaged = totals.faults.length;
  const seen = boxesSeen(rowsMax, before.faults);
  const pace =
    run.pace ??
    batchPace({ ...{ msMax: batchMsMax, rowsFirst: batchRowsFirst, rowsMin: batchRowsMin, rowsMax: batchRowsMax } });
  let batch: BatchRow[] = [];
  let rowsSeen = 0;
  /** The database may have the cancellation before this process does. */
  let isCut = false;
  const isOver = () => isCut || run.isCancelled();
  const cut = (): ImportRan => ({ ...totals, isWhole: false });
  const storing: StoreDeps = {
    ...{ context, run, patience, cameBefore: seen.has, counts: outcomes.countsUpTo, faultsUpTo: outcomes.heldUpTo },
    onStored(outcome, stored) {
      outcomes.stored(outcome, stored.rowsDone);
      seen.add(stored.rows, outcome.faults);
    },
  };
  /** Stores all rows up to here; then every one of them is settled. */
  const flush = async () => {
    const fromMs = context.clock.monoMs();
    const rows = batch;
    batch = [];
    if (rows.length > 0 || outcomes.heldCount() > 0) isCut = !(await storeBatch(storing, { rows, rowsDone: rowsSeen }));
    if (isCut) return;
    if (rows.length > 0) pace.took(rows.length, context.clock.monoMs() - fromMs);
    if (run.check && rowsSeen - pageAt >= rowsBetweenPages) await turnPage(run.check);
  };
  const turnPage = async (check: CheckBegun) => {
    const { faults, ...counts } = totals;
    await whileAway(patience, () => check.keep({ rows: rowsSeen, ...counts }, faults.slice(faultsPaged)));
    pageAt = rowsSeen;
    faultsPaged = faults.length;
  };
  /** A file with few or no good rows is stored and paged by its faults as well. */
  const isDue = () =>
    batch.length >= pace.rows() ||
    outcomes.heldCount() >= rowsBetweenPages ||
    (run.check && rowsSeen - pageAt >= 2 * rowsBetweenPages);
  for await (const { row, raw, against } of run.rows) {
    if (++rowsSeen > rowsMax) throw new Refusal("import-too-long", { rowsMax });
    if (rowsSeen <= rowsBefore) {
      // This row was settled before: only its box is remembered, for the later rows.
      if (raw.barcode) seen.addBefore(row, against?.boxFirst ?? rowsSeen);
      if (isOver()) return cut();
      continue;
    }
    const { value, faults } = checkRow(context.layout, row, raw);
    const fileFaults = value ? (against?.faults ?? []) : faults;
    if (!value || fileFaults.length > 0) outcomes.refuse(rowsSeen, fileFaults, !run.isDryRun);
    else batch.push({ ...value, ordinal: rowsSeen, boxOrdinal: against?.boxFirst ?? rowsSeen });
    if (isDue()) await flush();
    if (rowsSeen % rowsBetweenWords === 0) run.onRows?.(rowsSeen);
    if (isOver()) return cut();
  }
  await flush();
  if (isOver()) return cut();
  // Restore the file's order, whatever the batches were.
  totals.faults.sort((one, other) => one.row - other.row);
  const ended = { rowsTotal: rowsSeen, rowsDone: run.isDryRun ? 0 : rowsSeen, rowsRefused: totals.refused };
  await whileAway(patience, () => context.db.update(imports).set(ended).where(eq(imports.id, run.importId)));
  return { ...totals, isWhole: true };
}
