/** Rows of a foreign file under our columns: the first row with something in it is the header. Pure but for what it is handed. */
import { Refusal } from "../../contract/errors.ts";
import type { TableRow } from "../../workbooks/limits.ts";
import { type ColumnKey, type RawRow, readHeader } from "./columns.ts";

export interface NumberedRow {
  /** As a person sees it in the file: the header is row 1. */
  row: number;
  raw: RawRow;
}

/** Refuses with import-no-header; empty rows are passed over, and so are cells under no column of ours. */
export async function* readTable(rows: AsyncIterable<TableRow> | Iterable<TableRow>): AsyncGenerator<NumberedRow> {
  let header: Map<number, ColumnKey> | null = null;
  for await (const { row, cells } of rows) {
    if (cells.size === 0) continue;
    if (!header) {
      header = readHeader(cells);
      if (!header) throw new Refusal("import-no-header");
      continue;
    }
    const raw: RawRow = {};
    for (const [column, key] of header) {
      const cell = cells.get(column);
      if (cell) raw[key] = cell;
    }
    yield { row, raw };
  }
  if (!header) throw new Refusal("import-no-header");
}
