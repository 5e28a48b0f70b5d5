/** What an import keeps on the disk: the file as it came, its rows as text (made by a job, once), the rows that were refused. */
import { createWriteStream } from "node:fs";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Jobs } from "../../jobs/jobs.ts";
import { readRowFile, writeRowFile } from "../../workbooks/row-files.ts";
import type { RowFault } from "./check-row.ts";
import type { RawRow } from "./columns.ts";
import type { NumberedRow } from "./read-table.ts";

export interface ImportFiles {
  keep(id: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Rows in the order of the file; a job reads the foreign file first where none has. Throws what that refuses. */
  rows(id: string, signal?: AbortSignal): AsyncGenerator<NumberedRow>;
  keepFaults(id: string, faults: readonly RowFault[]): Promise<void>;
  /** Null where an earlier version kept them elsewhere. */
  faults(id: string): Promise<RowFault[] | null>;
  /** They can be made again. */
  forgetRows(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

export function importFiles(folder: string, jobs: Jobs, rowsMax: number): ImportFiles {
  const pathOf = (id: string, what: "upload" | "rows" | "faults") =>
    join(folder, `${id.replace(/[^0-9a-z-]/gi, "")}.${what}`);
  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );

  return {
    async keep(id, bytes) {
      await mkdir(folder, { recursive: true });
      const path = pathOf(id, "upload");
      const source = bytes instanceof Uint8Array ? [bytes] : bytes;
      try {
        await pipeline(Readable.from(source), createWriteStream(`${path}.partial`, { mode: 0o600, flush: true }));
      } catch (error) {
        await rm(`${path}.partial`, { force: true });
        throw error;
      }
      await rename(`${path}.partial`, path);
    },
    async *rows(id, signal) {
      const rowsFile = pathOf(id, "rows");
      if (!(await isThere(rowsFile))) {
        const asked = { file: pathOf(id, "upload"), rowsFile, rowsMax };
        await jobs.run({ kind: "read-table", asked, files: [rowsFile], source: "imports", signal });
      }
      for await (const batch of readRowFile<[row: number, raw: RawRow]>(rowsFile))
        for (const [row, raw] of batch) yield { row, raw };
    },
    async keepFaults(id, faults) {
      await mkdir(folder, { recursive: true });
      await writeRowFile(pathOf(id, "faults"), faults);
    },
    async faults(id) {
      const path = pathOf(id, "faults");
      if (!(await isThere(path))) return null;
      const all: RowFault[] = [];
      for await (const batch of readRowFile<RowFault>(path)) all.push(...batch);
      return all;
    },
    forgetRows: (id) => rm(pathOf(id, "rows"), { force: true }),
    async remove(id) {
      for (const what of ["upload", "rows", "faults"] as const) await rm(pathOf(id, what), { force: true });
    },
  };
}
