/** What a foreign file may cost, however small it looks: a megabyte can unpack to a thousand. */
export interface TableLimits {
  /** Rows with something in them. */
  rowsMax: number;
  /** Cells with something in them, all rows together. */
  cellsMax: number;
  /** Cells side by side in one row of a CSV file; a workbook has 16 384. */
  columnsMax: number;
  /** Of one part of a workbook, unpacked. */
  partMbMax: number;
  /** Characters of all different texts of a workbook together. */
  sharedCharsMax: number;
}

export const tableLimits: TableLimits = {
  rowsMax: 2_000_000,
  cellsMax: 40_000_000,
  columnsMax: 16_384,
  partMbMax: 1_024,
  sharedCharsMax: 80_000_000,
};

/** Kept of a cell; no column takes more than a fifth of it, and what is longer is refused there with its row. */
export const cellCharsMax = 1_000;

/** One row as it is read: the cells with something in them, by column from 0. What is empty costs nothing. */
export interface TableRow {
  /** As a person sees it in the file, from 1. */
  row: number;
  cells: ReadonlyMap<number, string>;
}
