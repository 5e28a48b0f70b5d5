/** A file of the business system as rows of text: xlsx, or CSV in UTF-8 or GB18030. Rows come one by one, whatever the size. */
import { parseCsv, streamXlsxRows } from "hucre";
import iconv from "iconv-lite";
import { Refusal } from "../../contract/errors.ts";
import { type RawRow, readHeader } from "./columns.ts";

export interface NumberedRow {
  /** As a person sees it in the file: the header is row 1. */
  row: number;
  raw: RawRow;
}

/** Refuses with import-unreadable or import-no-header; empty rows at the end of a sheet are passed over. */
export async function* readTable(bytes: Uint8Array): AsyncGenerator<NumberedRow> {
  let header: ReturnType<typeof readHeader> = null;
  for await (const { row, cells } of isZip(bytes) ? xlsxRows(bytes) : csvRows(bytes)) {
    if (cells.every((cell) => cell === "")) continue;
    if (!header) {
      header = readHeader(cells);
      if (!header) throw new Refusal("import-no-header");
      continue;
    }
    const raw: RawRow = {};
    header.forEach((key, i) => {
      const cell = cells[i];
      if (key && cell) raw[key] = cell;
    });
    yield { row, raw };
  }
  if (!header) throw new Refusal("import-no-header");
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

async function* xlsxRows(bytes: Uint8Array): AsyncGenerator<{ row: number; cells: string[] }> {
  const rows = streamXlsxRows(bytes);
  for (;;) {
    let next: IteratorResult<{ index: number; values: unknown[] }>;
    try {
      next = (await rows.next()) as typeof next;
    } catch {
      throw new Refusal("import-unreadable");
    }
    if (next.done) return;
    yield { row: next.value.index + 1, cells: Array.from(next.value.values, textOf) };
  }
}

function* csvRows(bytes: Uint8Array): Generator<{ row: number; cells: string[] }> {
  if (bytes.includes(0)) throw new Refusal("import-unreadable");
  let row = 0;
  for (const cells of parseCsv(decodeText(bytes), { typeInference: false }))
    yield { row: ++row, cells: cells.map(textOf) };
}

/** UTF-8 when every byte fits it, GB18030 otherwise: what Excel in China writes. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return iconv.decode(Buffer.from(bytes), "gb18030");
  }
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return String(cell).trim();
}
