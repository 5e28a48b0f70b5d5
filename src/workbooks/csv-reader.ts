/** Pieces of text → rows as they end; pure, with internal state. Quotes as in RFC 4180. */
import { Refusal } from "../contract/errors.ts";
import { cellCharsMax, type TableLimits, type TableRow } from "./limits.ts";

const delimiters = [",", ";", "\t", "|"];
/** The first line decides the delimiter; a text without any in this many characters has one column. */
const sniffedCharsMax = 64 * 1024;

/** State of a reader between two rows. */
export interface RowPlace {
  delimiter: string;
  /** Number of the next row. */
  row: number;
  cellsSeen: number;
  isAfterReturn: boolean;
}

export interface CsvReader {
  push(text: string): void;
  end(): void;
  /** Null in the middle of a row. */
  place(): RowPlace | null;
}

/** Throws import-too-wide, import-too-many-cells. */
export function csvReader(
  limits: Pick<TableLimits, "columnsMax" | "cellsMax">,
  onRow: (row: TableRow) => void,
  from: RowPlace | null = null,
): CsvReader {
  const state: Reading = {
    ...{ limits, onRow, row: from?.row ?? 1, column: 0, cellsSeen: from?.cellsSeen ?? 0, cells: new Map() },
    ...{
      value: "",
      isQuoted: false,
      isAfterQuote: false,
      isAfterReturn: from?.isAfterReturn ?? false,
      isAtStart: true,
    },
    delimiter: from?.delimiter ?? null,
  };
  let sniffed = "";

  function begin(): void {
    // Excel's own first line "sep=;" counts as a row of the file, but not of the table.
    const text = sniffed.replace(/^\uFEFF/, "");
    const said = /^sep=(.)(\r\n|\r|\n)/i.exec(text);
    if (said) state.row++;
    state.delimiter = said?.[1] ?? delimiterOf(sniffed);
    for (const one of text.slice(said?.[0].length ?? 0)) take(state, one);
    sniffed = "";
  }

  return {
    push(text) {
      if (state.delimiter !== null) {
        for (const one of text) take(state, one);
        return;
      }
      sniffed += text;
      if (/[^\r\n][\r\n]/.test(sniffed) || sniffed.length > sniffedCharsMax) begin();
    },
    place() {
      const { delimiter, row, cellsSeen, isAfterReturn } = state;
      const isBetween = state.isAtStart && !state.isQuoted && !state.isAfterQuote && state.column === 0;
      return isBetween && delimiter !== null ? { delimiter, row, cellsSeen, isAfterReturn } : null;
    },
    end() {
      if (state.delimiter === null) begin();
      if (state.value !== "" || state.column > 0 || state.cells.size > 0) endRow(state);
    },
  };
}

/** Position inside a row. */
interface Reading {
  readonly limits: Pick<TableLimits, "columnsMax" | "cellsMax">;
  readonly onRow: (row: TableRow) => void;
  delimiter: string | null;
  row: number;
  column: number;
  cellsSeen: number;
  cells: Map<number, string>;
  value: string;
  isQuoted: boolean;
  /** After a quote inside quotes: either the end of the cell, or the first half of an escaped quote. */
  isAfterQuote: boolean;
  isAfterReturn: boolean;
  isAtStart: boolean;
}

function endCell(state: Reading): void {
  const { columnsMax, cellsMax } = state.limits;
  const text = state.value.trim();
  if (text !== "") {
    if (++state.cellsSeen > cellsMax) throw new Refusal("import-too-many-cells", { cellsMax });
    state.cells.set(state.column, text);
  }
  state.value = "";
  state.isAtStart = true;
  state.isAfterQuote = false;
  if (++state.column > columnsMax) throw new Refusal("import-too-wide", { row: state.row, columnsMax });
}

function endRow(state: Reading): void {
  endCell(state);
  state.onRow({ row: state.row, cells: state.cells });
  state.row++;
  state.column = 0;
  state.cells = new Map();
}

function take(state: Reading, one: string): void {
  if (state.isAfterReturn) {
    state.isAfterReturn = false;
    if (one === "\n") return;
  }
  if (state.isQuoted) {
    if (one === '"') {
      state.isQuoted = false;
      state.isAfterQuote = true;
    } else keep(state, one);
  } else if (state.isAfterQuote && one === '"') {
    keep(state, one);
    state.isQuoted = true;
    state.isAfterQuote = false;
  } else if (one === '"' && state.isAtStart) {
    state.isQuoted = true;
    state.isAtStart = false;
  } else if (one === state.delimiter) endCell(state);
  else if (one === "\n" || one === "\r") {
    state.isAfterReturn = one === "\r";
    endRow(state);
  } else {
    state.isAfterQuote = false;
    keep(state, one);
  }
}

function keep(state: Reading, one: string): void {
  state.isAtStart = false;
  if (state.value.length < cellCharsMax) state.value += one;
}

/** The delimiter that occurs most often in the first line. */
function delimiterOf(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? "";
  const counts = delimiters.map((one) => [one, line.split(one).length] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
