/** How many rows a transaction may take so that it is over in time: others wait for it meanwhile, the embedded engine's all. Pure. */
export interface BatchPace {
  rows(): number;
  /** How long a batch of so many rows took. */
  took(rows: number, ms: number): void;
}

export interface PaceSettings {
  msMax: number;
  rowsFirst: number;
  rowsMin: number;
  rowsMax: number;
}

/** Room for a batch that is slower than those before it. */
const aim = 0.6;
const growthMax = 1.5;

export function batchPace({ msMax, rowsFirst, rowsMin, rowsMax }: PaceSettings): BatchPace {
  let rows = rowsFirst;
  return {
    rows: () => rows,
    took(taken, ms) {
      // The last batch of a file says little.
      if (taken < rows / 2 && ms <= msMax) return;
      const fitting = (taken * msMax * aim) / Math.max(ms, 1);
      rows = Math.round(Math.min(rowsMax, Math.max(rowsMin, Math.min(fitting, rows * growthMax))));
    },
  };
}
