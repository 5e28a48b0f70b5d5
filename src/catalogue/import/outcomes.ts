/** What the rows of a file came to so far: totals, and of a run the refusals that no batch has stored yet. Bounded, however long it is. */
import type { BatchOutcome } from "./apply-batch.ts";
import { faultsMax, type RowFault } from "./check-row.ts";
import { type RunCounts, rowsIn } from "./store-batch.ts";

export interface ImportTotals extends RunCounts {
  faults: RowFault[];
}

export interface Outcomes {
  readonly totals: ImportTotals;
  /** `isHeld`: to be stored with the next batch, and not counted as done before. */
  refuse(ordinal: number, faults: readonly RowFault[], isHeld: boolean): void;
  /** A batch, and all rows up to there, are stored. */
  stored(outcome: BatchOutcome, rowsDone: number): void;
  heldCount(): number;
  /** Of the rows up to there, but for the batch that is being stored. */
  countsUpTo(rowsDone: number): RunCounts;
  heldUpTo(rowsDone: number): readonly RowFault[];
}

export function outcomesFrom({ created, changed, unchanged, refused, faults }: ImportTotals): Outcomes {
  const totals: ImportTotals = { created, changed, unchanged, refused, faults: faults.slice(0, faultsMax) };
  /** With the number of their row among all. */
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
