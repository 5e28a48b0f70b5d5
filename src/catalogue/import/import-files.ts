/** The files of an import: the upload, its rows as text (made once by a job), and the refused rows. */
import { createWriteStream } from "node:fs";
import { access, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Refusal } from "../../contract/errors.ts";
import type { JobPhase } from "../../contract/jobs.ts";
import { inDiskWords, makeFolder } from "../../jobs/disk-words.ts";
import type { JobKind, JobProgress } from "../../jobs/job-kinds.ts";
import type { JobAsked, Jobs } from "../../jobs/jobs.ts";
import { restsOf } from "../../jobs/run-job.ts";
import { readRowFile, writeRowFile } from "../../workbooks/row-files.ts";
import { checkFilesOf } from "./check-pages.ts";
import type { RowFault } from "./check-row.ts";
import type { RawRow } from "./columns.ts";
import { readParsePlace } from "./parse-place.ts";
import type { ComparedRow } from "./run-import.ts";
import { type ComparedLine, type SlotLine, withCompared } from "./with-compared.ts";

export interface ReadingWatch {
  signal?: AbortSignal;
  /** `kind`: first the job that reads the rows, then the one that compares them. */
  onPhase?(phase: JobPhase, kind: JobKind): void;
  onProgress?(progress: JobProgress, kind: JobKind): void;
}

export interface RefusedRow {
  row: number;
  raw: RawRow;
  faults: readonly RowFault[];
}

export interface ImportFiles {
  keep(id: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Runs the job that reads the upload, unless that is done; an interrupted one goes on. Throws the refusal of a bad file. */
  read(id: string, watch?: ReadingWatch): Promise<void>;
  /** The rows that were read, in the file's order; `onShare` is told the share that was yielded, 0 to 1. */
  rows(id: string, onShare?: (share: number) => void): AsyncGenerator<ComparedRow>;
  /** Path of the file with the pages of its check. */
  checkFile(id: string): string;
  forgetCheck(id: string): Promise<void>;
  /** Path of the file with the faults of its run. */
  runFaultsFile(id: string): string;
  /** Stores the refused rows with their reasons for the error file, so that the upload is not read again for it. */
  keepRefused(id: string, faults: readonly RowFault[]): Promise<void>;
  /** Null if no refused rows were kept. */
  refused(id: string): Promise<AsyncIterable<RefusedRow> | null>;
  /** Counts a start of work until `ended` is called; returns how many earlier ones ended with the death of the program. */
  begin(id: string): Promise<number>;
  ended(id: string): Promise<void>;
  /** The uploaded file still exists. */
  isKept(id: string): Promise<boolean>;
  bytes(): Promise<number>;
  /** Deletes the results of comparing rows: they depend on the site, and another start may have another site file. */
  forgetCompared(): Promise<void>;
  /** Deletes the rows, which can be made again. */
  forgetRows(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Deletes all files except those of the named imports and of uploads in progress. */
  keepOnly(ids: ReadonlySet<string>): Promise<void>;
}

/** Finished imports whose files are kept: as many as the console lists. */
export const importsKept = 50;
/** A job process that dies by no fault of the file is started again, and goes on where it stopped. */
const triesMax = 4;

type Part = "upload" | "rows" | "slots" | "against" | "check" | "run" | "refused" | "faults" | "begun";
const parts: readonly Part[] = ["upload", "rows", "slots", "against", "run", "refused", "faults", "begun"];

export interface FilesDeps {
  folder: string;
  jobs: Jobs;
  rowsMax: number;
  /** The slots of the present site. */
  slots(): Iterable<SlotLine>;
}

export function importFiles({ folder, jobs, rowsMax, slots }: FilesDeps): ImportFiles {
  const nameOf = (id: string) => id.replace(/[^0-9a-z-]/gi, "");
  const pathOf = (id: string, what: Part) => join(folder, `${nameOf(id)}.${what}`);
  const receiving = new Set<string>();
  /** Two callers that need the same rows wait for the same job. */
  const reading = new Map<string, Promise<void>>();

  async function readAnew(id: string, watch: ReadingWatch): Promise<void> {
    const file = pathOf(id, "upload");
    const rowsFile = pathOf(id, "rows");
    if (!(await isThere(rowsFile))) {
      if (!(await isThere(file))) throw new Refusal("import-file-gone", { importsKept });
      const { written } = (await readParsePlace(rowsFile, (await stat(file)).size)) ?? {};
      // Shows the progress of the earlier try before this one has begun.
      if (written) watch.onProgress?.({ done: written.rows, total: null }, "read-table");
      await tried(id, watch, { kind: "read-table", asked: { file, rowsFile, rowsMax }, files: [rowsFile] });
    }
    const against = pathOf(id, "against");
    if (await isThere(against)) return;
    const slotsFile = pathOf(id, "slots");
    try {
      await tried(id, watch, {
        ...{ kind: "compare-rows", asked: { rowsFile, slotsFile, file: against, rowsMax }, files: [against] },
        prepare: async (onRows, signal) => void (await writeRowFile(slotsFile, slots(), { onRows, signal })),
      });
    } finally {
      await rm(slotsFile, { force: true });
    }
  }

  async function tried<K extends JobKind>(
    id: string,
    { signal, onPhase, onProgress }: ReadingWatch,
    job: Pick<JobAsked<K>, "kind" | "asked" | "files" | "prepare">,
  ): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await jobs.run({
          ...{ ...job, signal, source: "imports", about: `import:${id}`, isOwn: true },
          onPhase: (phase) => onPhase?.(phase, job.kind),
          onProgress: (progress) => onProgress?.(progress, job.kind),
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

  async function* rowsOf(id: string, onShare: (share: number) => void): AsyncGenerator<ComparedRow> {
    const path = pathOf(id, "rows");
    const { size } = await stat(path);
    const batches = readRowFile<[row: number, raw: RawRow]>(path, (bytes) => onShare(size === 0 ? 1 : bytes / size));
    const rows = oneByOne(batches, ([row, raw]) => ({ row, raw }));
    yield* withCompared(
      rows,
      oneByOne(readRowFile<ComparedLine>(pathOf(id, "against")), (line) => line),
    );
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
    rows: (id, onShare = () => {}) => rowsOf(id, onShare),
    runFaultsFile: (id) => pathOf(id, "run"),
    checkFile: (id) => pathOf(id, "check"),
    forgetCheck,
    keepRefused: (id, faults) =>
      inWords(async () => {
        makeFolder(folder);
        const ofRow = new Map<number, RowFault[]>();
        for (const fault of faults) ofRow.set(fault.row, [...(ofRow.get(fault.row) ?? []), fault]);
        const rows = ofRow.size === 0 ? [] : rowsOf(id, () => {});
        await writeRowFile(pathOf(id, "refused"), refusedOnly(rows, ofRow));
      }),
    async refused(id) {
      const path = pathOf(id, "refused");
      if (!(await isThere(path))) return null;
      return oneByOne(readRowFile<[number, RawRow, RowFault[]]>(path), ([row, raw, faults]) => ({ row, raw, faults }));
    },
    async begin(id) {
      const path = pathOf(id, "begun");
      const before = Number(await readFile(path, "utf8").catch(() => "0"));
      const now = (Number.isInteger(before) ? before : 0) + 1;
      // If the disk is too full even for this, the work itself fails and reports it.
      await writeFile(path, String(now), { mode: 0o600 }).catch(() => {});
      return now;
    },
    ended: (id) => rm(pathOf(id, "begun"), { force: true }),
    isKept: (id) => isThere(pathOf(id, "upload")),
    async bytes() {
      let sum = 0;
      for (const name of await readdir(folder).catch(() => []))
        sum += await stat(join(folder, name)).then(
          ({ size }) => size,
          () => 0,
        );
      return sum;
    },
    async forgetCompared() {
      for (const name of await readdir(folder).catch(() => []))
        if (name.includes(".against")) await rm(join(folder, name), { force: true });
    },
    async forgetRows(id) {
      for (const what of ["rows", "against"] as const) await rm(pathOf(id, what), { force: true });
    },
    async remove(id) {
      const rests = [...restsOf(pathOf(id, "rows")), ...restsOf(pathOf(id, "run")), `${pathOf(id, "against")}.partial`];
      for (const path of [...parts.map((part) => pathOf(id, part)), ...rests]) await rm(path, { force: true });
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

async function* refusedOnly(
  rows: AsyncIterable<ComparedRow> | Iterable<ComparedRow>,
  ofRow: Map<number, RowFault[]>,
): AsyncGenerator<[number, RawRow, RowFault[]]> {
  for await (const { row, raw } of rows) {
    const faults = ofRow.get(row);
    if (faults) yield [row, raw, faults];
    ofRow.delete(row);
    if (ofRow.size === 0) return;
  }
}

async function* oneByOne<T, U>(batches: AsyncIterable<T[]>, of: (one: T) => U): AsyncGenerator<U> {
  for await (const batch of batches) for (const one of batch) yield of(one);
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
