/** The database row of an import: how it ends, and how people see it. */
import { and, eq, inArray } from "drizzle-orm";
import type { Context } from "../../context.ts";
import type { ImportProgress, ImportView } from "../../contract/catalogue.ts";
import { type Actor, siteChain } from "../../contract/journal.ts";
import { change } from "../../journal/change.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import { storable } from "./check-row.ts";
import type { ImportTotals } from "./outcomes.ts";
import type { RunCounts, RunSoFar } from "./store-batch.ts";

export type StoredImport = typeof imports.$inferSelect;
/** The database row holds at most this many refused rows; a file holds all of them. */
const faultsShownMax = 100;

/** States in which the import runs or waits to run. */
export const openStates = ["received", "running"] as const;

/** JSON of an import's row, beside its columns. */
interface Summary extends Partial<ImportTotals> {
  /** Progress of its run, stored after each batch. */
  run?: Partial<RunSoFar>;
  isPaused?: true;
}

export const isPaused = ({ summary }: Pick<StoredImport, "summary">) => (summary as Summary).isPaused === true;

export async function storeReceived(context: Context, actor: Actor, id: string, filename: string): Promise<void> {
  const counts = { rowsTotal: 0, rowsDone: 0, rowsRefused: 0 };
  const times = { startedAtMs: context.clock.nowMs(), endedAtMs: null };
  const received = { state: "received" as const, filename: storable(filename.slice(0, 200)), summary: {} };
  await context.db.insert(imports).values({ id, actor, ...received, ...counts, ...times });
}

export async function settleImport(
  context: Context,
  id: string,
  actor: Actor,
  wanted: "checked" | "done" | "failed",
  totals: ImportTotals,
): Promise<void> {
  await change(context, async (tx, recorder) => {
    const { faults, ...counts } = totals;
    const summary = { ...counts, faults: faults.slice(0, faultsShownMax) };
    const endedAtMs = wanted === "checked" ? null : recorder.atMs;
    const [row] = await tx
      .update(imports)
      .set({ summary, rowsRefused: counts.refused, state: wanted, endedAtMs })
      .where(and(eq(imports.id, id), inArray(imports.state, [...openStates])))
      .returning({ id: imports.id });
    if (!row) {
      // It was cancelled meanwhile: that is its end, and its journal row is already written.
      const kept = { summary: { ...summary, run: counts }, rowsRefused: counts.refused };
      return void (await tx.update(imports).set(kept).where(eq(imports.id, id)));
    }
    if (wanted !== "checked") {
      recorder.note({
        chain: siteChain,
        actor,
        kind: "import.ended",
        subject: `import:${id}`,
        body: { importId: id, state: wanted, ...counts, faults: faults.length },
      });
    }
  });
}

export function withoutRun(summary: unknown): object {
  const { run: _, isPaused: __, ...rest } = summary as Summary;
  return rest;
}

/** For a running or interrupted import: counts of all its tries together. Otherwise the counts of its check or of its end. */
function countsOf({ state, summary }: StoredImport): RunCounts {
  const { run = {}, ...ended } = summary as Summary;
  const {
    created = 0,
    changed = 0,
    unchanged = 0,
    refused = 0,
  } = state === "running" || state === "cancelled" ? run : ended;
  return { created, changed, unchanged, refused };
}

export function importView(row: StoredImport, progress: ImportProgress | null): ImportView {
  const { faults } = row.summary as Summary;
  const paused = isPaused(row);
  return {
    id: row.id,
    filename: row.filename,
    state: row.state,
    isPaused: paused,
    rowsTotal: row.rowsTotal,
    rowsDone: row.rowsDone,
    rowsRefused: row.rowsRefused,
    summary: { ...countsOf(row), firstFaults: (faults ?? []).slice(0, faultsShownMax) },
    startedAtMs: row.startedAtMs,
    endedAtMs: row.endedAtMs,
    progress: paused ? null : progress,
  };
}
