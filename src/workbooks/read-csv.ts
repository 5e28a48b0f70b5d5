/** CSV as Excel writes it, in a stream: UTF-8 where every byte fits it, GB18030 otherwise, UTF-16 with its mark; quotes as in RFC 4180. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import iconv from "iconv-lite";
import { Refusal } from "../contract/errors.ts";
import { cellCharsMax, type TableLimits, type TableRow } from "./limits.ts";

const delimiters = [",", ";", "\t", "|"];
/** The first line says which: what is not found in this much of it has one column. */
const sniffedCharsMax = 64 * 1024;
const pieceBytesUsual = 256 * 1024;
const restBytesMax = 1024 * 1024;

type Encoding = "utf8" | "gb18030" | "utf-16le" | "utf-16be";

/** Between two rows: what must be known to go on there. */
export interface CsvPlace extends RowPlace {
  offset: number;
  encoding: Encoding;
}

export interface CsvPiece {
  rows: TableRow[];
  /** After these rows; null where it cannot be gone on from. */
  place: CsvPlace | null;
  /** Of the file, 0 to 1. */
  share: number;
}

/** Throws import-unreadable (bytes of zero are no text), import-no-mark, import-too-wide, import-too-many-cells. */
export async function* readCsv(
  path: string,
  limits: TableLimits,
  from: CsvPlace | null = null,
  pieceBytes = pieceBytesUsual,
): AsyncGenerator<CsvPiece> {
  const { size } = await stat(path);
  const encoding = from?.encoding ?? (await encodingOf(path));
  const rows: TableRow[] = [];
  const reader = csvReader(limits, (row) => rows.push(row), from);
  const decoder = iconv.getDecoder(encoding, { stripBOM: from === null });
  let offset = from?.offset ?? 0;
  /** Read, and not yet decoded: the beginning of a line. */
  let rest: Buffer = Buffer.alloc(0);
  const stream = createReadStream(path, { start: offset, highWaterMark: pieceBytes });
  for await (const piece of stream as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    const lines = encoding.startsWith("utf-16") ? bytes.length : afterLastLineEnd(bytes);
    // Whole lines, so that no character is cut (iconv-lite 0.7.3 loses one of GB18030 in short pieces); or a line without end.
    const cut = lines === 0 && bytes.length > restBytesMax ? bytes.length : lines;
    rest = bytes.subarray(cut);
    if (cut === 0) continue;
    reader.push(decoder.write(bytes.subarray(0, cut)));
    offset += cut;
    const at = cut === lines ? reader.place() : null;
    const place = at && !encoding.startsWith("utf-16") ? { ...at, offset, encoding } : null;
    yield { rows: rows.splice(0), place, share: offset / size };
  }
  if (rest.length > 0) reader.push(decoder.write(rest));
  reader.push(decoder.end() ?? "");
  reader.end();
  yield { rows, place: null, share: 1 };
}

/** No character of UTF-8 or GB18030 has such a byte in it: whatever stands before is whole. */
function afterLastLineEnd(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1;
}

/** Excel's "Unicode text" has a mark and every second byte zero; a zero without that mark is no text. */
async function encodingOf(path: string): Promise<Encoding> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let fits = true;
  let isFirst = true;
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    if (isFirst && bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
    if (isFirst && bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
    isFirst = false;
    if (bytes.includes(0)) throw new Refusal(looksWide(bytes) ? "import-no-mark" : "import-unreadable");
    fits = fits && decodes(() => decoder.decode(bytes, { stream: true }));
  }
  return fits && decodes(() => decoder.decode()) ? "utf8" : "gb18030";
}

/** Text of two bytes a character: what is ASCII of it (delimiters, digits) has its zeros all on one side. */
function looksWide(bytes: Buffer): boolean {
  const zeros: [even: number, odd: number] = [0, 0];
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) zeros[(at & 1) as 0 | 1]++;
  return Math.max(...zeros) > 4 * Math.min(...zeros);
}

function decodes(decode: () => void): boolean {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
}

/** What a reader of rows remembers between two of them. */
interface RowPlace {
  delimiter: string;
  /** The next one's number. */
  row: number;
  cellsSeen: number;
  isAfterReturn: boolean;
}

/** Pure but for what it remembers: text in pieces, rows out as they end. */
export function csvReader(
  { columnsMax, cellsMax }: Pick<TableLimits, "columnsMax" | "cellsMax">,
  onRow: (row: TableRow) => void,
  from: RowPlace | null = null,
): { push(text: string): void; end(): void; place(): RowPlace | null } {
  let delimiter = from?.delimiter ?? null;
  let sniffed = "";
  let row = from?.row ?? 1;
  let column = 0;
  let cellsSeen = from?.cellsSeen ?? 0;
  let cells = new Map<number, string>();
  let value = "";
  let isQuoted = false;
  /** A quote inside quotes: the end of the cell, or the first half of one that is meant. */
  let isAfterQuote = false;
  let isAfterReturn = from?.isAfterReturn ?? false;
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
    // Excel's own first line "sep=;" is a row for counting, and none of the table.
    const text = sniffed.replace(/^\uFEFF/, "");
    const said = /^sep=(.)(\r\n|\r|\n)/i.exec(text);
    if (said) row++;
    delimiter = said?.[1] ?? sniff();
    for (const one of text.slice(said?.[0].length ?? 0)) take(one);
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
    /** Null in the middle of a row. */
    place() {
      const isBetween = isAtStart && !isQuoted && !isAfterQuote && column === 0;
      return isBetween && delimiter !== null ? { delimiter, row, cellsSeen, isAfterReturn } : null;
    },
    end() {
      if (delimiter === null) begin();
      if (value !== "" || column > 0 || cells.size > 0) endRow();
    },
  };
}
