/** The job "compare-rows": compares the rows of a file with each other; one line for each row that repeats an earlier key. */
import { stat } from "node:fs/promises";
import type { JobTools } from "../../jobs/serve-jobs.ts";
import { countRows, readRowFile, writeRowFile } from "../../workbooks/row-files.ts";
import { fileChecker } from "./check-file.ts";
import { checkRow, type SlotCodes } from "./check-row.ts";
import type { RawRow } from "./columns.ts";
import type { NumberedRow } from "./read-table.ts";
import type { ComparedLine, SlotLine } from "./with-compared.ts";

export interface CompareAsked {
  rowsFile: string;
  /** File with one line for each slot of the site: its code, id and width. */
  slotsFile: string;
  file: string;
  rowsMax: number;
}

const megabytesMax = 1_024;

export async function compareRows(
  { rowsFile, slotsFile, file, rowsMax }: CompareAsked,
  { progress, signal }: Pick<JobTools, "progress" | "signal">,
): Promise<{ rows: number }> {
  const slotByCode = new Map<string, { id: string; widthMm: number }>();
  for await (const lines of readRowFile<SlotLine>(slotsFile))
    for (const [code, id, widthMm] of lines) slotByCode.set(code, { id, widthMm });
  const { size } = await stat(rowsFile);
  let rows = 0;
  async function* numbered(): AsyncGenerator<NumberedRow> {
    let share = 0;
    const batches = readRowFile<[row: number, raw: RawRow]>(rowsFile, (bytes) => {
      share = size === 0 ? 1 : bytes / size;
    });
    for await (const batch of batches) {
      for (const [row, raw] of batch) yield { row, raw };
      rows += batch.length;
      progress(rows, null, share);
    }
  }
  // The tables are sized for this file, so a short file needs little memory.
  const keysMax = Math.min(rowsMax, await countRows(rowsFile));
  await writeRowFile(file, comparedLines({ slotByCode }, numbered(), keysMax), { signal, mbMax: megabytesMax });
  return { rows };
}

export async function* comparedLines(
  layout: SlotCodes,
  rows: AsyncIterable<NumberedRow> | Iterable<NumberedRow>,
  keysMax: number,
): AsyncGenerator<ComparedLine> {
  const checker = fileChecker(keysMax);
  let ordinal = 0;
  for await (const { row, raw } of rows) {
    ordinal++;
    const { value } = checkRow(layout, row, raw);
    if (!value) continue;
    const { faults, boxFirst } = checker.check(value, ordinal);
    if (faults.length > 0 || boxFirst !== null) yield [ordinal, faults, boxFirst];
  }
}
