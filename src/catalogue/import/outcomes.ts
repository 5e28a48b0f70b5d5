/** Outcomes of a file's rows so far: totals and, in a run, refusals that no batch has stored yet. Bounded for any file. */
import type { BatchOutcome } from "./apply-batch.ts";
import { faultsMax, type RowFault } from "./check-row.ts";
import { type RunCounts, rowsIn } from "./store-batch.ts";

export interface ImportTotals extends RunCounts {
  faults: RowFault[];
}

export interface Outcomes {
  readonly totals: ImportTotals;
  /** `isHeld`: to be stored with the next batch, and not yet counted as done. */
  refuse(ordinal: number, faults: readonly RowFault[], isHeld: boolean): void;
  /** Called after a batch, and with it all rows up to there, was stored. */
  stored(outcome: BatchOutcome, rowsDone: number): void;
  heldCount(): number;
  /** Counts of the rows up to there, without the batch that is being stored. */
  countsUpTo(rowsDone: number): RunCounts;
  heldUpTo(rowsDone: number): readonly RowFault[];
}

export function outcomesFrom({ created, changed, unchanged, refused, faults }: ImportTotals): Outcomes {
  const totals: ImportTotals = { created, changed, unchanged, refused, faults: faults.slice(0, faultsMax) };
  /** Held faults with their row's number in the file. */
  let held: { ordinal: number; faults: readonly RowFault[] }[] = [];

  function count(faults: readonly RowFault[]): void {
    totals.refused += rowsIn(faults);
    for (const fault of faults.slice(0, faultsMax - totals.faults.length)) totals.faults.push(fault);
  }

  return {
    totals,
    refuse(ordinal, faults, isHeld) {
      count(faults);
      if (isHeld) held.push({ ordinal, faults });
    },
    stored(outcome, rowsDone) {
      totals.created += outcome.created;
      totals.changed += outcome.changed;
      totals.unchanged += outcome.unchanged;
      count(outcome.faults);
      held = held.filter(({ ordinal }) => ordinal > rowsDone);
    },
    heldCount: () => held.length,
    countsUpTo(rowsDone) {
      const later = held.filter(({ ordinal }) => ordinal > rowsDone);
      return { ...totals, refused: totals.refused - later.length };
    },
    heldUpTo: (rowsDone) => held.filter(({ ordinal }) => ordinal <= rowsDone).flatMap(({ faults }) => faults),
  };
}
