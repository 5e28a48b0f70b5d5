/**
 * Progress of an import's two jobs, which read rows and then compare them. Once begun it never shows "waiting", and no count goes
 * back. Pure, with internal state.
 */
import type { ImportProgress } from "../../contract/catalogue.ts";
import type { JobKind } from "../../jobs/job-kinds.ts";
import type { ReadingWatch } from "./import-files.ts";

export function readingTold(
  tell: (more: Partial<ImportProgress>) => void,
): Required<Pick<ReadingWatch, "onPhase" | "onProgress">> {
  const rows = { reading: 0, comparing: 0 };
  let hasBegun = false;
  /** Lines that the gateway writes as a job's input are not rows of the file. */
  let isPreparing = false;
  const phaseOf = (kind: JobKind) => (kind === "read-table" ? "reading" : "comparing");
  return {
    onPhase(now, kind) {
      isPreparing = now === "preparing";
      const phase = phaseOf(kind);
      tell({ phase: now === "waiting" && !hasBegun ? "waiting" : phase, rows: rows[phase], share: null });
    },
    onProgress({ done, share }, kind) {
      if (isPreparing) return;
      hasBegun = true;
      const phase = phaseOf(kind);
      rows[phase] = Math.max(rows[phase], done);
      tell({ phase, rows: rows[phase], share: share ?? null });
    },
  };
}
