/**
 * The job "read-table": turns a foreign file into rows of text under our columns, one a line; needs neither database nor site.
 */
import { open, stat } from "node:fs/promises";
import { Refusal } from "../../contract/errors.ts";
import type { JobTools } from "../../jobs/serve-jobs.ts";
import { formOf } from "../../workbooks/file-form.ts";
import { type TableLimits, type TableRow, tableLimits } from "../../workbooks/limits.ts";
import { type CsvPlace, readCsv } from "../../workbooks/read-csv.ts";
import { readWorkbook, unreadable } from "../../workbooks/read-workbook.ts";
import { type RowWriter, rowWriter } from "../../workbooks/row-writer.ts";
import { forgetParsePlace, keepParsePlace, type ParsePlace, readParsePlace } from "./parse-place.ts";
import { tableReader } from "./read-table.ts";

export interface TableAsked {
  file: string;
  rowsFile: string;
  rowsMax: number;
}

/** A try after a crash repeats at most this many rows. */
const rowsBetweenPlaces = 5_000;

type Tools = Pick<JobTools, "progress" | "signal" | "isWanted">;

export async function parseTable({ file, rowsFile, rowsMax }: TableAsked, tools: Tools): Promise<{ rows: number }> {
  const { size } = await stat(file);
  const known = await readParsePlace(rowsFile, size);
  const { writer, begun } = await rowWriter(rowsFile, known?.written ?? null);
  const from = known && begun.bytes === known.written.bytes ? known : null;
  try {
    const rows = await copyRows({ file, rowsFile, rowsMax, size, from }, writer, tools);
    await writer.end(tools.isWanted);
    await forgetParsePlace(rowsFile);
    return { rows };
  } catch (error) {
    await writer.close().catch(() => {});
    throw error;
  }
}

interface Copying extends TableAsked {
  size: number;
  from: ParsePlace | null;
}

async function copyRows(
  { file, rowsFile, rowsMax, size, from }: Copying,
  writer: RowWriter,
  { progress, signal }: Tools,
): Promise<number> {
  const isWorkbook = (await formOf(file)) === "workbook";
  const table = tableReader(isWorkbook ? null : from?.header);
  const passedOver = isWorkbook ? (from?.written.rows ?? 0) : 0;
  let count = isWorkbook ? 0 : (from?.written.rows ?? 0);
  let keptAt = from?.written.rows ?? 0;
  for await (const { rows, place, share } of pieces(file, isWorkbook, from?.csv ?? null)) {
    for (const one of rows) {
      const numbered = table.take(one);
      if (!numbered) continue;
      if (++count > rowsMax) throw new Refusal("import-too-long", { rowsMax });
      if (count > passedOver) await writer.write([numbered.row, numbered.raw]);
    }
    // Never report fewer rows than an earlier try has read.
    progress(Math.max(count, passedOver), null, share);
    signal.throwIfAborted();
    if (count < keptAt + rowsBetweenPlaces || !(isWorkbook || place)) continue;
    const written = await writer.flush();
    await keepParsePlace(rowsFile, { fileBytes: size, written, header: table.header(), csv: place });
    keptAt = count;
  }
  if (!table.header()) throw new Refusal("import-no-header");
  return count;
}

interface Piece {
  rows: Iterable<TableRow>;
  place: CsvPlace | null;
  share: number;
}

async function* pieces(path: string, isWorkbook: boolean, from: CsvPlace | null): AsyncGenerator<Piece> {
  try {
    if (isWorkbook) yield* workbookPieces(path, tableLimits);
    else yield* readCsv(path, tableLimits, from);
  } catch (error) {
    // Report too little memory and a full disk as such, not as a fault of the file.
    const { code, syscall } = error as NodeJS.ErrnoException;
    const isOfSystem = syscall !== undefined && typeof code === "string";
    throw error instanceof RangeError || isOfSystem ? error : unreadable(error);
  }
}

async function* workbookPieces(path: string, limits: TableLimits): AsyncGenerator<Piece> {
  const file = await open(path, "r");
  try {
    let share = 0;
    const rows = readWorkbook(file, limits, (now) => {
      share = now;
    });
    for await (const some of rows) yield { rows: some, place: null, share };
  } finally {
    await file.close();
  }
}
