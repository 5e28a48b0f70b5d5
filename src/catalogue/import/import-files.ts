/** What an import keeps on the disk: the file as it came, its rows as text (made by a job, once), the rows that were refused. */
import { createWriteStream } from "node:fs";
import { access, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Refusal } from "../../contract/errors.ts";
import type { JobPhase } from "../../contract/jobs.ts";
import { inDiskWords, makeFolder } from "../../jobs/disk-words.ts";
import type { JobProgress } from "../../jobs/job-kinds.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import { restsOf } from "../../jobs/run-job.ts";
import { readRowFile, writeRowFile } from "../../workbooks/row-files.ts";
import { checkFilesOf } from "./check-pages.ts";
import type { RowFault } from "./check-row.ts";
import type { RawRow } from "./columns.ts";
import type { NumberedRow } from "./read-table.ts";

export interface ReadingWatch {
  signal?: AbortSignal;
  onPhase?(phase: JobPhase): void;
  onProgress?(progress: JobProgress): void;
}

export interface ImportFiles {
  keep(id: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** A job reads the foreign file where none has, and goes on where one was cut short. Throws what that refuses. */
  read(id: string, watch?: ReadingWatch): Promise<void>;
  /** Rows in the order of the file, when it was read; `onShare` hears how many of them, 0 to 1. */
  rows(id: string, onShare?: (share: number) => void): AsyncGenerator<NumberedRow>;
  /** Where the pages of its check are kept. */
  checkFile(id: string): string;
  forgetCheck(id: string): Promise<void>;
  keepFaults(id: string, faults: readonly RowFault[]): Promise<void>;
  /** Null where an earlier version kept them elsewhere. */
  faults(id: string): Promise<RowFault[] | null>;
  /** They can be made again. */
  forgetRows(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Takes away whatever belongs to no import that is named, nor to one that is just being received. */
  keepOnly(ids: ReadonlySet<string>): Promise<void>;
}

/** Of imports that have ended, the files of the last ones: what the console lists. */
export const importsKept = 50;
/** A process that dies by no fault of the file is made anew, and goes on where it was. */
const triesMax = 4;

export function importFiles(folder: string, jobs: Jobs, rowsMax: number): ImportFiles {
  const nameOf = (id: string) => id.replace(/[^0-9a-z-]/gi, "");
  const pathOf = (id: string, what: "upload" | "rows" | "check" | "faults") => join(folder, `${nameOf(id)}.${what}`);
  const receiving = new Set<string>();
  /** Two that want the same rows wait for one. */
  const reading = new Map<string, Promise<void>>();

  async function readAnew(id: string, { signal, onPhase, onProgress }: ReadingWatch): Promise<void> {
    const file = pathOf(id, "upload");
    const rowsFile = pathOf(id, "rows");
    if (await isThere(rowsFile)) return;
    if (!(await isThere(file))) throw new Refusal("import-file-gone", { importsKept });
    for (let tries = 1; ; tries++) {
      try {
        await jobs.run({
          ...{ kind: "read-table", asked: { file, rowsFile, rowsMax }, files: [rowsFile], signal },
          ...{ source: "imports", about: `import:${id}`, isHouse: true },
          ...(onPhase ? { onPhase } : {}),
          ...(onProgress ? { onProgress } : {}),
        });
        return;
      } catch (error) {
        const hasDied = error instanceof Refusal && error.code === "job-died";
        if (!hasDied || tries >= triesMax || signal?.aborted) throw inDiskWords(error, folder);
      }
    }
  }

  async function forgetCheck(id: string): Promise<void> {
    for (const path of checkFilesOf(pathOf(id, "check"))) await rm(path, { force: true });
  }

  async function inWords<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw inDiskWords(error, folder);
    }
  }

  return {
    async keep(id, bytes) {
      const path = pathOf(id, "upload");
      const source = bytes instanceof Uint8Array ? [bytes] : bytes;
      receiving.add(nameOf(id));
      try {
        makeFolder(folder);
        await pipeline(Readable.from(source), createWriteStream(`${path}.partial`, { mode: 0o600, flush: true }));
        await rename(`${path}.partial`, path);
      } catch (error) {
        await rm(`${path}.partial`, { force: true }).catch(() => {});
        receiving.delete(nameOf(id));
        throw inDiskWords(error, folder);
      }
    },
    read(id, watch = {}) {
      const begun = reading.get(id);
      if (begun) return begun;
      const made = readAnew(id, watch).finally(() => reading.delete(id));
      reading.set(id, made);
      return made;
    },
    async *rows(id, onShare = () => {}) {
      const path = pathOf(id, "rows");
      const { size } = await stat(path);
      const batches = readRowFile<[row: number, raw: RawRow]>(path, (bytes) => onShare(size === 0 ? 1 : bytes / size));
      for await (const batch of batches) for (const [row, raw] of batch) yield { row, raw };
    },
    checkFile: (id) => pathOf(id, "check"),
    forgetCheck,
    keepFaults: (id, faults) =>
      inWords(async () => {
        makeFolder(folder);
        await writeRowFile(pathOf(id, "faults"), faults);
      }),
    async faults(id) {
      const path = pathOf(id, "faults");
      if (!(await isThere(path))) return null;
      const all: RowFault[] = [];
      for await (const batch of readRowFile<RowFault>(path)) all.push(...batch);
      return all;
    },
    forgetRows: (id) => rm(pathOf(id, "rows"), { force: true }),
    async remove(id) {
      const rests = restsOf(pathOf(id, "rows"));
      for (const path of [pathOf(id, "upload"), pathOf(id, "rows"), pathOf(id, "faults"), ...rests])
        await rm(path, { force: true });
      await forgetCheck(id);
    },
    async keepOnly(ids) {
      const kept = new Set([...ids].map(nameOf));
      for (const id of kept) receiving.delete(id);
      const names = await readdir(folder).catch(() => []);
      for (const name of names) {
        const [id = ""] = name.split(".");
        if (!kept.has(id) && !receiving.has(id)) await rm(join(folder, name), { force: true });
      }
    },
  };
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
