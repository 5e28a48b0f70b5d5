/** Makes a workbook for a person: the gateway writes rows to files page by page, and a job makes the workbook from them. */
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Jobs } from "../jobs/jobs.ts";
import { makeFile } from "../jobs/make-file.ts";
import { type Row, writeRowFiles } from "./row-files.ts";
import type { Cell } from "./write-workbook.ts";

export const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export interface Sheet {
  name: string;
  rows: AsyncIterable<Cell[]> | Iterable<Cell[]>;
}

export interface WorkbookAsked {
  sheets: readonly Sheet[];
  /** The kind of file, in the terms of contract/jobs.ts. */
  about: string;
  /** The actor who asked. */
  source: string;
  /** Aborted when the person's request has ended. */
  signal?: AbortSignal;
}

export function makeWorkbook(
  jobs: Jobs,
  { sheets, about, source, signal }: WorkbookAsked,
): Promise<{ bytes: number; stream: Readable }> {
  const rowsFile = (folder: string, i: number) => join(folder, `rows-${i}`);
  return makeFile(jobs, {
    ...{ kind: "write-workbook", about, source, ...(signal ? { signal } : {}) },
    asked: (folder, file) => ({ sheets: sheets.map(({ name }, i) => ({ name, rowsFile: rowsFile(folder, i) })), file }),
    prepare: (folder, onRows, ends) =>
      writeRowFiles(
        sheets.map(({ rows }, i): [string, AsyncIterable<Row> | Iterable<Row>] => [rowsFile(folder, i), rows]),
        { onRows, signal: ends },
      ),
  });
}
