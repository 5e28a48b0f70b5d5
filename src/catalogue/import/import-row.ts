/** The row of an import in the database: how it ends, and how people see it. */
import { and, eq, inArray } from "drizzle-orm";
import type { ImportProgress, ImportView } from "../../contract/catalogue.ts";
import { type Actor, houseChain } from "../../contract/journal.ts";
import type { House } from "../../house.ts";
import { change } from "../../journal/change.ts";
import { imports } from "../../storage/schema/catalogue.ts";
import type { ImportTotals } from "./run-import.ts";
import type { RunSoFar } from "./store-batch.ts";

export type StoredImport = typeof imports.$inferSelect;
/** Of the refused rows, what the row in the database holds; all of them lie in a file. */
const faultsShownMax = 100;

/** Something runs or waits to run. */
export const openStates = ["received", "running"] as const;

export async function settleImport(
  house: House,
  id: string,
  actor: Actor,
  wanted: "checked" | "done" | "failed",
  totals: ImportTotals,
): Promise<void> {
  await change(house, async (tx, recorder) => {
    const { faults, ...counts } = totals;
    const kept = { summary: { ...counts, faults: faults.slice(0, faultsShownMax) }, rowsRefused: counts.refused };
    const endedAtMs = wanted === "checked" ? null : recorder.atMs;
    const [row] = await tx
      .update(imports)
      .set({ ...kept, state: wanted, endedAtMs })
      .where(and(eq(imports.id, id), inArray(imports.state, [...openStates])))
      .returning({ id: imports.id });
    // Cancelled meanwhile: that is its end, and its journal row is written.
    if (!row) return void (await tx.update(imports).set(kept).where(eq(imports.id, id)));
    if (wanted !== "checked") {
      recorder.note({
        chain: houseChain,
        actor,
        kind: "import.ended",
        subject: `import:${id}`,
        body: { importId: id, state: wanted, ...counts, faults: faults.length },
      });
    }
  });
}

export function withoutRun(summary: unknown): object {
  const { run: _, ...rest } = summary as { run?: RunSoFar };
  return rest;
}

export function importView(row: StoredImport, progress: ImportProgress | null): ImportView {
  const { faults, ...summary } = withoutRun(row.summary) as Partial<ImportTotals>;
  return {
    id: row.id,
    filename: row.filename,
    state: row.state,
    rowsTotal: row.rowsTotal,
    rowsDone: row.rowsDone,
    rowsRefused: row.rowsRefused,
    summary: { ...summary, firstFaults: (faults ?? []).slice(0, faultsShownMax) },
    startedAtMs: row.startedAtMs,
    endedAtMs: row.endedAtMs,
    progress,
  };
}
