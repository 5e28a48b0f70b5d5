/**
 * Reads CSV as Excel writes it, in a stream: UTF-8 where every byte fits it, GB18030 otherwise, UTF-16 with its byte order mark;
 * quotes as in RFC 4180.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import iconv from "iconv-lite";
import { Refusal } from "../contract/errors.ts";
import { csvReader, type RowPlace } from "./csv-reader.ts";
import type { TableLimits, TableRow } from "./limits.ts";

const pieceBytesUsual = 256 * 1024;
const restBytesMax = 1024 * 1024;

type Encoding = "utf8" | "gb18030" | "utf-16le" | "utf-16be";

/** State that is needed to go on between two rows. */
export interface CsvPlace extends RowPlace {
  offset: number;
  encoding: Encoding;
}

export interface CsvPiece {
  rows: TableRow[];
  /** The place after these rows; null where reading cannot go on from there. */
  place: CsvPlace | null;
  /** Share of the file, 0 to 1. */
  share: number;
}

/** Throws import-unreadable (text has no zero bytes), import-no-mark, import-too-wide, import-too-many-cells. */
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
  /** Bytes read but not decoded yet: the beginning of a line. */
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

/** No multi-byte character of UTF-8 or GB18030 contains such a byte, so everything before it is whole. */
function afterLastLineEnd(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1;
}

/** Excel's "Unicode text" has a byte order mark and every second byte zero; other text with a zero is refused. */
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

/** Text with two bytes for each character: its ASCII part (delimiters, digits) has the zeros all on one side. */
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
