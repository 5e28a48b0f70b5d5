/** CSV as Excel writes it, in a stream: UTF-8 where every byte fits it, GB18030 otherwise; quotes as in RFC 4180. */
import { createReadStream } from "node:fs";
import iconv from "iconv-lite";
import { Refusal } from "../contract/errors.ts";
import { cellCharsMax, type TableLimits, type TableRow } from "./limits.ts";

const delimiters = [",", ";", "\t", "|"];
/** The first line says which: what is not found in this much of it has one column. */
const sniffedCharsMax = 64 * 1024;

/** Throws import-unreadable (bytes of zero are no text), import-too-wide, import-too-many-cells. */
export async function* readCsv(path: string, limits: TableLimits): AsyncGenerator<TableRow> {
  const rows: TableRow[] = [];
  const reader = csvReader(limits, (row) => rows.push(row));
  for await (const text of textOf(path, await isUtf8(path))) {
    reader.push(text);
    yield* rows.splice(0);
  }
  reader.end();
  yield* rows;
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let fits = true;
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    if (bytes.includes(0)) throw new Refusal("import-unreadable");
    try {
      if (fits) decoder.decode(bytes, { stream: true });
    } catch {
      fits = false;
    }
  }
  try {
    if (fits) decoder.decode();
  } catch {
    fits = false;
  }
  return fits;
}

async function* textOf(path: string, fits: boolean): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(fits ? "utf8" : "gb18030");
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) yield decoder.write(bytes);
  yield decoder.end() ?? "";
}

/** Pure but for what it remembers: text in pieces, rows out as they end. */
export function csvReader(
  { columnsMax, cellsMax }: Pick<TableLimits, "columnsMax" | "cellsMax">,
  onRow: (row: TableRow) => void,
): { push(text: string): void; end(): void } {
  let delimiter: string | null = null;
  let sniffed = "";
  let row = 1;
  let column = 0;
  let cellsSeen = 0;
  let cells = new Map<number, string>();
  let value = "";
  let isQuoted = false;
  /** A quote inside quotes: the end of the cell, or the first half of one that is meant. */
  let isAfterQuote = false;
  let isAfterReturn = false;
  let isAtStart = true;

  function endCell(): void {
    const text = value.trim();
    if (text !== "") {
      if (++cellsSeen > cellsMax) throw new Refusal("import-too-many-cells", { cellsMax });
      cells.set(column, text);
    }
    value = "";
    isAtStart = true;
    isAfterQuote = false;
    if (++column > columnsMax) throw new Refusal("import-too-wide", { row, columnsMax });
  }

  function endRow(): void {
    endCell();
    onRow({ row, cells });
    row++;
    column = 0;
    cells = new Map();
  }

  function take(one: string): void {
    if (isAfterReturn) {
      isAfterReturn = false;
      if (one === "\n") return;
    }
    if (isQuoted) {
      if (one === '"') {
        isQuoted = false;
        isAfterQuote = true;
      } else keep(one);
    } else if (isAfterQuote && one === '"') {
      keep(one);
      isQuoted = true;
      isAfterQuote = false;
    } else if (one === '"' && isAtStart) {
      isQuoted = true;
      isAtStart = false;
    } else if (one === delimiter) endCell();
    else if (one === "\n" || one === "\r") {
      isAfterReturn = one === "\r";
      endRow();
    } else {
      isAfterQuote = false;
      keep(one);
    }
  }

  function keep(one: string): void {
    isAtStart = false;
    if (value.length < cellCharsMax) value += one;
  }

  function sniff(): string {
    const line = sniffed.split(/[\r\n]/, 1)[0] ?? "";
    const counts = delimiters.map((one) => [one, line.split(one).length] as const);
    return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
  }

  function begin(): void {
    delimiter = sniff();
    for (const one of sniffed.replace(/^\uFEFF/, "")) take(one);
    sniffed = "";
  }

  return {
    push(text) {
      if (delimiter !== null) {
        for (const one of text) take(one);
        return;
      }
      sniffed += text;
      if (/[^\r\n][\r\n]/.test(sniffed) || sniffed.length > sniffedCharsMax) begin();
    },
    end() {
      if (delimiter === null) begin();
      if (value !== "" || column > 0 || cells.size > 0) endRow();
    },
  };
}
