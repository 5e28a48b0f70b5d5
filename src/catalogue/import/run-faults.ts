/** The faults of a run, in a file beside its rows: each batch's transaction stores how much of that file counts. */
import { inDiskWords } from "../../jobs/disk-words.ts";
import { readRowFile } from "../../workbooks/row-files.ts";
import { type RowWriter, rowWriter, type Written } from "../../workbooks/row-writer.ts";
import { faultsMax, type RowFault } from "./check-row.ts";

export interface RunFaults {
  /** The faults that count already. */
  begun: RowFault[];
  /** Appends faults and returns what the batch has to store; they count only after `stored`. */
  add(faults: readonly RowFault[]): Promise<Written>;
  stored(written: Written): void;
  close(): Promise<void>;
}

export async function openRunFaults(file: string, folder: string, from: Written | null): Promise<RunFaults> {
  let counts = from;
  let writer: RowWriter | null = null;
  let isClean = true;

  /** Faults of a batch that was rolled back are cut off again. */
  async function open(): Promise<RowWriter> {
    await writer?.close().catch(() => {});
    const opened = await rowWriter(file, counts);
    writer = opened.writer;
    isClean = true;
    return writer;
  }

  async function inWords<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw inDiskWords(error, folder);
    }
  }

  const begun: RowFault[] = [];
  await inWords(async () => {
    await open();
    for await (const batch of readRowFile<RowFault>(`${file}.partial`)) for (const fault of batch) begun.push(fault);
  });
  return {
    begun,
    add: (faults) =>
      inWords(async () => {
        const current = isClean && writer ? writer : await open();
        isClean = false;
        for (const fault of faults.slice(0, Math.max(0, faultsMax - (counts?.rows ?? 0)))) await current.write(fault);
        return current.flush();
      }),
    stored(written) {
      counts = written;
      isClean = true;
    },
    close: async () => writer?.close().catch(() => {}),
  };
}
