/** Boxes that earlier rows created or named, as one bit for each row of the file: a verdict about a box holds for later rows. */
import type { BatchRow } from "./apply-batch.ts";
import type { RowFault } from "./check-row.ts";

export interface BoxesSeen {
  has(row: BatchRow): boolean;
  /** Adds all rows of a batch that were not refused. */
  add(rows: readonly BatchRow[], refused: readonly RowFault[]): void;
  /** Adds a row that was settled before a restart. */
  addBefore(row: number, boxOrdinal: number): void;
}

/** A box is known by the number of the first row that names it. `faultsBefore`: faults of rows settled before a restart. */
export function boxesSeen(rowsMax: number, faultsBefore: readonly RowFault[]): BoxesSeen {
  const bits = new Uint8Array((rowsMax >> 3) + 1);
  const refusedBefore = new Set(faultsBefore.map(({ row }) => row));
  const mark = (ordinal: number) => {
    bits[ordinal >> 3] = (bits[ordinal >> 3] ?? 0) | (1 << (ordinal & 7));
  };
  return {
    has: ({ boxOrdinal }) => ((bits[boxOrdinal >> 3] ?? 0) & (1 << (boxOrdinal & 7))) !== 0,
    add(rows, refused) {
      const faulty = new Set(refused.map(({ row }) => row));
      for (const { row, box, boxOrdinal } of rows) if (box && !faulty.has(row)) mark(boxOrdinal);
    },
    addBefore(row, boxOrdinal) {
      if (!refusedBefore.has(row)) mark(boxOrdinal);
    },
  };
}
