/** Rows of a foreign file under our columns; the first row that is not empty is the header. Pure, with internal state. */
import { Refusal } from "../../contract/errors.ts";
import type { TableRow } from "../../workbooks/limits.ts";
import { type ColumnKey, type RawRow, readHeader } from "./columns.ts";

export interface NumberedRow {
  /** The row's number as a person sees it in the file: the header is row 1. */
  row: number;
  raw: RawRow;
}

export type Header = readonly (readonly [column: number, key: ColumnKey])[];

export interface TableReader {
  /** Null for the header and for empty rows; cells under unknown columns are skipped. Refuses with import-no-header. */
  take(row: TableRow): NumberedRow | null;
  header(): Header | null;
}

export function tableReader(from: Header | null = null): TableReader {
  let header = from;
  return {
    take({ row, cells }) {
      if (cells.size === 0) return null;
      if (!header) {
        const found = readHeader(cells);
        if (!found) throw new Refusal("import-no-header");
        header = [...found];
        return null;
      }
      const raw: RawRow = {};
      for (const [column, key] of header) {
        const cell = cells.get(column);
        if (cell) raw[key] = cell;
      }
      return { row, raw };
    },
    header: () => header,
  };
}
