/** The work of the job "read-table": a foreign file to rows of text under our columns, one a line; nothing of ours is asked. */
import { open } from "node:fs/promises";
import { Refusal } from "../../contract/errors.ts";
import type { JobTools } from "../../jobs/serve-jobs.ts";
import { type TableLimits, type TableRow, tableLimits } from "../../workbooks/limits.ts";
import { readCsv } from "../../workbooks/read-csv.ts";
import { readWorkbook, unreadable } from "../../workbooks/read-workbook.ts";
import { writeRowFile } from "../../workbooks/row-files.ts";
import { readTable } from "./read-table.ts";

export interface TableAsked {
  file: string;
  rowsFile: string;
  rowsMax: number;
}

export async function parseTable(
  { file, rowsFile, rowsMax }: TableAsked,
  { progress, signal }: Pick<JobTools, "progress" | "signal">,
): Promise<{ rows: number }> {
  let count = 0;
  async function* rows() {
    for await (const { row, raw } of readTable(tableRows(file, tableLimits))) {
      signal.throwIfAborted();
      if (++count > rowsMax) throw new Refusal("import-too-long", { rowsMax });
      progress(count);
      yield [row, raw] as const;
    }
  }
  return { rows: await writeRowFile(rowsFile, rows()) };
}

async function* tableRows(path: string, limits: TableLimits): AsyncGenerator<TableRow> {
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer[0] === 0x50 && buffer[1] === 0x4b) yield* readWorkbook(file, limits);
    else yield* readCsv(path, limits);
  } catch (error) {
    // What a process of its own cannot hold is told as that.
    throw error instanceof RangeError ? error : unreadable(error);
  } finally {
    await file.close();
  }
}
