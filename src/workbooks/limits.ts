/** Limits for a foreign file, however small it looks: a megabyte can unpack to a thousand. */
export interface TableLimits {
  /** Rows that are not empty. */
  rowsMax: number;
  /** Cells that are not empty, in all rows together. */
  cellsMax: number;
  /** Cells side by side in one row of a CSV file; a workbook has 16 384. */
  columnsMax: number;
  /** Unpacked size of one part of a workbook. */
  partMbMax: number;
  /** Characters of all distinct texts of a workbook together. */
  sharedCharsMax: number;
}

export const tableLimits: TableLimits = {
  rowsMax: 2_000_000,
  cellsMax: 40_000_000,
  columnsMax: 16_384,
  partMbMax: 1_024,
  sharedCharsMax: 80_000_000,
};

/** Characters kept of a cell; every column allows at most a fifth of this, so a longer value is refused later with its row. */
export const cellCharsMax = 1_000;

/** One row: its non-empty cells by column, from 0. Empty cells cost nothing. */
export interface TableRow {
  /** Row number as a person sees it in the file, from 1. */
  row: number;
  cells: ReadonlyMap<number, string>;
}
