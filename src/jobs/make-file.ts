/** Makes a file for a person: the gateway writes its data in pages, a job makes the file; it is deleted after reading. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { inDiskWords } from "./disk-words.ts";
import type { JobKind, JobKinds } from "./job-kinds.ts";
import type { Jobs } from "./jobs.ts";

export interface FileAsked<K extends JobKind> {
  kind: K;
  /** The kind of file, in the terms of contract/jobs.ts. */
  about: string;
  /** The actor who asked. */
  source: string;
  /** Aborted when the person's request has ended. */
  signal?: AbortSignal;
  /** The job's question, for the folder and the file to make in it. */
  asked(folder: string, file: string): JobKinds[K]["asked"];
  /** `signal`: the job is stopped or has taken too long. */
  prepare(folder: string, onRows: (rows: number) => void, signal: AbortSignal): Promise<void>;
}

type MakesFile = { [K in JobKind]: JobKinds[K]["answered"] extends { bytes: number } ? K : never }[JobKind];

export async function makeFile<K extends MakesFile>(
  jobs: Jobs,
  { kind, about, source, signal, asked, prepare }: FileAsked<K>,
): Promise<{ bytes: number; stream: Readable }> {
  const folder = jobs.folder(source);
  const file = join(folder.path, "made");
  try {
    await jobs.run({
      ...{ kind, about, source, signal, files: [file], asked: asked(folder.path, file) },
      prepare: (onRows, ends) => prepare(folder.path, onRows, ends),
    });
    const handle = await open(file, "r");
    const { size } = await handle.stat();
    const stream = handle.createReadStream();
    stream.once("close", () => void folder.remove().catch(() => {}));
    // While it waits for its reader it takes space that others may need.
    await folder.keepOnly("made", () => stream.destroy());
    return { bytes: size, stream };
  } catch (error) {
    await folder.remove();
    throw inDiskWords(error, folder.path);
  }
}
