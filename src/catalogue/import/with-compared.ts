/** What the job "compare-rows" and its gateway hand each other, and the rows of a file together with what it found of them. */
import type { AgainstOthers } from "./check-file.ts";
import type { RowFault } from "./check-row.ts";
import type { NumberedRow } from "./read-table.ts";

/** Of the row with this number among all of the file, from 1; rows that are the first of everything they name have none. */
export type ComparedLine = [ordinal: number, faults: RowFault[], boxFirst: number | null];

export type SlotLine = [code: string, id: string, widthMm: number];

/** Each row with what was found of it; both come in the order of the file. */
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
