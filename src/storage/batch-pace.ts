/** Chooses the rows of a transaction so that it ends in time: others wait for it, on the embedded engine all of them. Pure. */
export interface BatchPace {
  rows(): number;
  /** Reports how long a batch of this many rows took. */
  took(rows: number, ms: number): void;
}

export interface PaceSettings {
  msMax: number;
  rowsFirst: number;
  rowsMin: number;
  rowsMax: number;
}

/** Aims below the limit, because the next batch may be slower. */
const aim = 0.6;
const growthMax = 1.5;

export function batchPace({ msMax, rowsFirst, rowsMin, rowsMax }: PaceSettings): BatchPace {
  let rows = rowsFirst;
  return {
    rows: () => rows,
    took(taken, ms) {
      // The short last batch of a file says little about the pace.
      if (taken < rows / 2 && ms <= msMax) return;
      const fitting = (taken * msMax * aim) / Math.max(ms, 1);
      rows = Math.round(Math.min(rowsMax, Math.max(rowsMin, Math.min(fitting, rows * growthMax))));
    },
  };
}
