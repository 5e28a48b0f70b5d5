/** Dry run and run of an uploaded file, batch by batch: progress after each, a crash or a cancel leaves whole batches. */
import { eq, sql } from "drizzle-orm";
import { Refusal } from "../../contract/errors.ts";
import { type Actor, houseChain } from "../../contract/journal.ts";
import type { House } from "../../house.ts";
import { change } from "../../journal/change.ts";
import { batchPace } from "../../storage/batch-pace.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import { applyBatch, type BatchOutcome, batchRowsMax } from "./apply-batch.ts";
import { fileChecker } from "./check-file.ts";
import type { CheckBegun } from "./check-pages.ts";
import { checkRow, type ImportRow, type RowFault } from "./check-row.ts";
import type { NumberedRow } from "./read-table.ts";

export const rowsMax = 2_000_000;
/** A transaction of the embedded engine holds all others up. */
const batchMsMax = 50;
const batchRowsFirst = 100;
const batchRowsMin = 20;
const rowsBetweenWords = 500;
/** A check that is cut short repeats about so many. */
const rowsBetweenPages = 1_000;
/** Faults kept for the error file; more than this and the file is the wrong one. */
const faultsMax = 50_000;

export interface ImportTotals {
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
  faults: RowFault[];
}

export interface ImportRun {
  importId: string;
  /** In the order of the file. */
  rows: AsyncIterable<NumberedRow> | Iterable<NumberedRow>;
  actor: Actor;
  isDryRun: boolean;
  /** Of a dry run: where it goes on, and what keeps how far it is. */
  check?: CheckBegun | null;
  /** Rows already applied before a restart: they are checked again and change nothing. */
  isCancelled(): boolean;
  /** Told now and then. */
  onRows?(rows: number): void;
}

const noTotals = { created: 0, changed: 0, unchanged: 0, refused: 0 };

/** Returns the totals; refuses files that are too long. Faulty rows are left out, all others are applied. */
export async function runImport(house: House, run: ImportRun): Promise<ImportTotals> {
  const { rows: rowsBefore, ...before } = run.check?.from ?? { ...noTotals, rows: 0, faults: [] };
  const totals: ImportTotals = { ...before, faults: [...before.faults] };
  let pageAt = rowsBefore;
  let faultsPaged = totals.faults.length;
  const checker = fileChecker();
  const pace = batchPace({
    ...{ msMax: batchMsMax, rowsFirst: batchRowsFirst, rowsMin: batchRowsMin, rowsMax: batchRowsMax },
  });
  let batch: ImportRow[] = [];
  let rowsSeen = 0;
  const refuse = (faults: readonly RowFault[]) => {
    totals.refused += new Set(faults.map((fault) => fault.row)).size;
    totals.faults.push(...faults.slice(0, faultsMax - totals.faults.length));
  };
  const flush = async () => {
    if (batch.length === 0) return;
    const fromMs = house.clock.nowMs();
    const outcome = await storeBatch(house, run, batch, rowsSeen, totals.refused);
    pace.took(batch.length, house.clock.nowMs() - fromMs);
    batch = [];
    if (!outcome) return;
    totals.created += outcome.created;
    totals.changed += outcome.changed;
    totals.unchanged += outcome.unchanged;
    refuse(outcome.faults);
    if (run.check && rowsSeen - pageAt >= rowsBetweenPages) await turnPage(run.check);
  };
  /** Only between two batches, when every row so far has its outcome. */
  const turnPage = async (check: CheckBegun) => {
    const { faults, ...counts } = totals;
    await check.keep({ rows: rowsSeen, ...counts }, faults.slice(faultsPaged));
    pageAt = rowsSeen;
    faultsPaged = faults.length;
  };
  for await (const { row, raw } of run.rows) {
    if (++rowsSeen > rowsMax) throw new Refusal("import-too-long", { rowsMax });
    const { value, faults } = checkRow(house.layout, row, raw);
    // Also of rows that have their outcome already: those after them must agree with them.
    const fileFaults = value ? checker.check(value) : faults;
    if (rowsSeen <= rowsBefore) {
      if (run.isCancelled()) return totals;
      continue;
    }
    if (!value || fileFaults.length > 0) refuse(fileFaults);
    else if (batch.push(value) >= pace.rows()) await flush();
    if (rowsSeen % rowsBetweenWords === 0) run.onRows?.(rowsSeen);
    if (run.isCancelled()) return totals;
  }
  await flush();
  if (run.isCancelled()) return totals;
  // In the file's order, however it was cut into batches.
  totals.faults.sort((one, other) => one.row - other.row);
  await house.db
    .update(imports)
    .set({ rowsTotal: rowsSeen, rowsDone: rowsSeen, rowsRefused: totals.refused })
    .where(eq(imports.id, run.importId));
  return totals;
}

/** Null when the import was cancelled: the row's lock makes a cancel wait for the batch under way, and the next one see it. */
async function storeBatch(
  house: House,
  run: ImportRun,
  batch: readonly ImportRow[],
  rowsDone: number,
  rowsRefused: number,
): Promise<BatchOutcome | null> {
  if (run.isDryRun) {
    const outcome = await house.db.transaction((tx) => applyBatch(house, tx, batch, house.clock.nowMs(), true));
    await house.db.update(imports).set({ rowsTotal: rowsDone, rowsRefused }).where(eq(imports.id, run.importId));
    return outcome;
  }
  return change(house, async (tx, recorder) => {
    const [row] = await tx
      .select({ state: imports.state })
      .from(imports)
      .where(eq(imports.id, run.importId))
      .for("update");
    if (row?.state === "cancelled") return null;
    const outcome = await applyBatch(house, tx, batch, recorder.atMs, false);
    await tx
      .update(imports)
      .set({
        rowsDone,
        rowsTotal: sql`greatest(${imports.rowsTotal}, ${rowsDone}::int)`,
        rowsRefused: rowsRefused + outcome.faults.length,
      })
      .where(eq(imports.id, run.importId));
    const { boxes, records } = outcome.written;
    if (boxes.length + records.length > 0) {
      recorder.note({
        chain: houseChain,
        actor: run.actor,
        kind: "import.batch",
        subject: `import:${run.importId}`,
        body: { importId: run.importId, boxes, records },
      });
    }
    return outcome;
  });
}
