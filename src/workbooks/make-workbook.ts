/** A workbook for a person: rows as the gateway has them go to files page by page, a job makes the workbook of those. */
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Refusal } from "../contract/errors.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { writeRowFile } from "./row-files.ts";
import type { Cell } from "./write-workbook.ts";

export interface Sheet {
  name: string;
  rows: AsyncIterable<Cell[]> | Iterable<Cell[]>;
}

export interface WorkbookAsked {
  sheets: readonly Sheet[];
  /** The actor who asked. */
  source: string;
  /** Whoever asked has gone. */
  signal?: AbortSignal;
}

export interface MadeWorkbook {
  bytes: number;
  /** To be read, or destroyed; the file is gone when it ends. */
  stream: Readable;
}

export async function makeWorkbook(jobs: Jobs, { sheets, source, signal }: WorkbookAsked): Promise<MadeWorkbook> {
  const folder = jobs.folder();
  try {
    const files = sheets.map(({ name }, i) => ({ name, rowsFile: join(folder.path, `rows-${i}`) }));
    const file = join(folder.path, "workbook.xlsx");
    const { bytes } = await jobs.run({
      kind: "write-workbook",
      asked: { sheets: files, file },
      files: [file],
      source,
      signal,
      async prepare() {
        for (const [i, { rowsFile }] of files.entries())
          await writeRowFile(rowsFile, stoppable(sheets[i]?.rows ?? [], signal));
      },
    });
    for (const { rowsFile } of files) await rm(rowsFile);
    const handle = await open(file, "r");
    const stream = handle.createReadStream();
    stream.once("close", () => void folder.remove().catch(() => {}));
    return { bytes, stream };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function* stoppable<T>(rows: AsyncIterable<T> | Iterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  for await (const row of rows) {
    if (signal?.aborted) throw new Refusal("job-stopped", { kind: "write-workbook" });
    yield row;
  }
}
