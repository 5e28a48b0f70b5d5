/** The format between the job "compare-rows" and the gateway, and the rows of a file joined with that job's results. */
import type { AgainstOthers } from "./check-file.ts";
import type { RowFault } from "./check-row.ts";
import type { NumberedRow } from "./read-table.ts";

/** Result for the row with this number in the whole file, from 1; rows that repeat nothing have no line. */
export type ComparedLine = [ordinal: number, faults: RowFault[], boxFirst: number | null];

export type SlotLine = [code: string, id: string, widthMm: number];

/** Each row with its result; both inputs come in the file's order. */
export async function* withCompared(
  rows: AsyncIterable<NumberedRow> | Iterable<NumberedRow>,
  lines: AsyncIterable<ComparedLine>,
): AsyncGenerator<NumberedRow & { against?: AgainstOthers }> {
  const found = lines[Symbol.asyncIterator]();
  try {
    let next = await found.next();
    let ordinal = 0;
    for await (const one of rows) {
      ordinal++;
      if (next.done || next.value[0] !== ordinal) yield one;
      else {
        const [, faults, boxFirst] = next.value;
        yield { ...one, against: { faults, boxFirst } };
        next = await found.next();
      }
    }
  } finally {
    await found.return?.();
  }
}
