/** What an import keeps on the disk: the file as it came, its rows as text (made by a job, once), the rows that were refused. */
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
  /** `kind`: its rows are read first, then compared with each other. */
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
  /** A job reads the foreign file where none has, and goes on where one was cut short. Throws what that refuses. */
  read(id: string, watch?: ReadingWatch): Promise<void>;
  /** Rows in the order of the file, when it was read; `onShare` hears how many of them, 0 to 1. */
  rows(id: string, onShare?: (share: number) => void): AsyncGenerator<ComparedRow>;
  /** Where the pages of its check are kept. */
  checkFile(id: string): string;
  forgetCheck(id: string): Promise<void>;
  /** Where the faults of its run are kept as they come. */
  runFaultsFile(id: string): string;
  /** The refused rows with their reasons, for the error file: nothing is read anew for that. */
  keepRefused(id: string, faults: readonly RowFault[]): Promise<void>;
  /** Null where none were kept. */
  refused(id: string): Promise<AsyncIterable<RefusedRow> | null>;
  /** The start of work on it, counted until `ended`: how often one died without a word. */
  begin(id: string): Promise<number>;
  ended(id: string): Promise<void>;
  /** The file itself is there. */
  isKept(id: string): Promise<boolean>;
  bytes(): Promise<number>;
  /** What rows have against each other depends on the site, which another start may have another of. */
  forgetCompared(): Promise<void>;
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

type Part = "upload" | "rows" | "slots" | "against" | "check" | "run" | "refused" | "faults" | "begun";
const parts: readonly Part[] = ["upload", "rows", "slots", "against", "run", "refused", "faults", "begun"];

export interface FilesDeps {
  folder: string;
  jobs: Jobs;
  rowsMax: number;
  /** Of the site as it is now. */
  slots(): Iterable<SlotLine>;
}

export function importFiles({ folder, jobs, rowsMax, slots }: FilesDeps): ImportFiles {
  const nameOf = (id: string) => id.replace(/[^0-9a-z-]/gi, "");
  const pathOf = (id: string, what: Part) => join(folder, `${nameOf(id)}.${what}`);
  const receiving = new Set<string>();
  /** Two that want the same rows wait for one. */
  const reading = new Map<string, Promise<void>>();

  async function readAnew(id: string, watch: ReadingWatch): Promise<void> {
    const file = pathOf(id, "upload");
    const rowsFile = pathOf(id, "rows");
    if (!(await isThere(rowsFile))) {
      if (!(await isThere(file))) throw new Refusal("import-file-gone", { importsKept });
      const { written } = (await readParsePlace(rowsFile, (await stat(file)).size)) ?? {};
      // What a try before has read is shown before this one has begun.
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
      // A disk that takes not even this will refuse the work itself, in its words.
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
