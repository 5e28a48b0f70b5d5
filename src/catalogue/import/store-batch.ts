/** Stores a batch: waits while the database is away, and blames a failure on the single row that causes it. */
import { eq, sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { siteChain } from "../../contract/journal.ts";
import { change } from "../../journal/change.ts";
import { sqlStateOf } from "../../storage/database-error.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import { isOfItsRows, type Patience, whileAway } from "../../storage/while-away.ts";
import type { Written } from "../../workbooks/row-writer.ts";
import { applyBatch, type BatchOutcome, type BatchRow } from "./apply-batch.ts";
import type { RowFault } from "./check-row.ts";
import { isPaused } from "./import-row.ts";
import type { ImportRun } from "./run-import.ts";

export interface BatchToStore {
  rows: readonly BatchRow[];
  /** Number of the file's rows up to the end of this batch. */
  rowsDone: number;
}

export interface RunCounts {
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
}

/** Progress of a run, stored in the import's row after each batch: the next start goes on there. */
export interface RunSoFar extends RunCounts {
  /** How much of its faults' file counts. */
  written: Written;
}

export interface StoreDeps {
  context: Context;
  run: ImportRun;
  patience: Patience;
  cameBefore(row: BatchRow): boolean;
  /** Counts of the rows up to there, without the batch itself. */
  counts(rowsDone: number): RunCounts;
  /** Faults of rows up to there that never came into a batch and are not stored yet. */
  faultsUpTo(rowsDone: number): readonly RowFault[];
  onStored(outcome: BatchOutcome, batch: BatchToStore): void;
}

/** How often a batch is tried again after a conflict with another transaction. */
const triesMax = 4;

/** False if the import was cancelled or paused meanwhile: none of the remaining rows was stored. */
export async function storeBatch(deps: StoreDeps, batch: BatchToStore): Promise<boolean> {
  const { rows, rowsDone } = batch;
  for (let tries = 1; ; tries++) {
    try {
      const outcome = await whileAway(deps.patience, () => storeOnce(deps, batch));
      if (outcome) deps.onStored(outcome, batch);
      return outcome !== null;
    } catch (error) {
      if (!isOfItsRows(error)) throw error;
      if (rows.length > 1) break;
      if (tries < triesMax) continue;
      return refuseRow(deps, batch, error);
    }
  }
  // Split in half until the faulty row is alone, or until the rows that conflicted with somebody have passed.
  const middle = Math.ceil(rows.length / 2);
  const last = rows[middle - 1] as BatchRow;
  const isStored = await storeBatch(deps, { rows: rows.slice(0, middle), rowsDone: last.ordinal });
  return isStored && storeBatch(deps, { rows: rows.slice(middle), rowsDone });
}

async function refuseRow(deps: StoreDeps, { rows, rowsDone }: BatchToStore, error: unknown): Promise<boolean> {
  const state = sqlStateOf(error) ?? "?";
  // A key that another transaction took, or a deadlock; other errors of classes 21 and 22 come from the row itself.
  const hasMet = state.startsWith("23") || state.startsWith("40");
  const faults = rows.map(
    ({ row }): RowFault =>
      hasMet
        ? { row, column: null, code: "row-conflict", params: {} }
        : { row, column: null, code: "row-refused", params: { state } },
  );
  const batch = { rows: [], rowsDone };
  const outcome = await whileAway(deps.patience, () => storeOnce(deps, batch, faults));
  if (outcome) deps.onStored(outcome, batch);
  return outcome !== null;
}

/**
 * Null if the import was cancelled or paused. The lock on the import's row makes a cancel wait for the batch in progress, and
 * makes the next batch see it.
 */
async function storeOnce(
  deps: StoreDeps,
  { rows, rowsDone }: BatchToStore,
  refused: readonly RowFault[] = [],
): Promise<BatchOutcome | null> {
  const { context, run, cameBefore } = deps;
  const isThis = eq(imports.id, run.importId);
  if (run.isDryRun) {
    const settings = { atMs: context.clock.nowMs(), isDryRun: true, cameBefore };
    const outcome = await context.db.transaction((tx) => applyBatch(context, tx, rows, settings));
    await context.db
      .update(imports)
      .set({ rowsTotal: rowsDone, rowsRefused: deps.counts(rowsDone).refused })
      .where(isThis);
    return { ...outcome, faults: [...outcome.faults, ...refused] };
  }
  let written: Written | null = null;
  const stored = await change(context, async (tx, recorder) => {
    const { state, summary } = imports;
    const [row] = await tx.select({ state, summary }).from(imports).where(isThis).for("update");
    if (row && (row.state === "cancelled" || isPaused(row))) return null;
    const outcome = await applyBatch(context, tx, rows, { atMs: recorder.atMs, isDryRun: false, cameBefore });
    const faults = [...outcome.faults, ...refused];
    const counts = deps.counts(rowsDone);
    written = (await run.faults?.add([...deps.faultsUpTo(rowsDone), ...faults])) ?? null;
    const soFar = {
      created: counts.created + outcome.created,
      changed: counts.changed + outcome.changed,
      unchanged: counts.unchanged + outcome.unchanged,
      refused: counts.refused + rowsIn(faults),
    };
    await tx
      .update(imports)
      .set({
        rowsDone,
        rowsTotal: sql`greatest(${imports.rowsTotal}, ${rowsDone}::int)`,
        rowsRefused: soFar.refused,
        ...(written
          ? { summary: sql`jsonb_set(${imports.summary}, '{run}', ${JSON.stringify({ ...soFar, written })}::jsonb)` }
          : {}),
      })
      .where(isThis);
    const { boxes, records } = outcome.written;
    if (boxes.length + records.length > 0) {
      recorder.note({
        chain: siteChain,
        actor: run.actor,
        kind: "import.batch",
        subject: `import:${run.importId}`,
        body: { importId: run.importId, boxes, records },
      });
    }
    return { ...outcome, faults };
  });
  if (stored && written) run.faults?.stored(written);
  return stored;
}

export const rowsIn = (faults: readonly RowFault[]) => new Set(faults.map(({ row }) => row)).size;
