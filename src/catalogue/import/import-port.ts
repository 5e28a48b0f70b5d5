/** 导入 as routes and the pipeline know it. */

import type { Context } from "../../context.ts";
import type { ImportProgress, ImportView } from "../../contract/catalogue.ts";
import type { Actor } from "../../contract/journal.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import type { RefusedRow } from "./import-files.ts";

export interface ImportDesk {
  /** Takes a file in and checks it; returns its id at once, the dry run goes on behind. */
  receive(actor: Actor, filename: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<string>;
  /** Runs a checked file. */
  run(actor: Actor, id: string): Promise<void>;
  /** For now, until somebody resumes it: its place is the next file's, and what was done counts. Stored before it is answered. */
  pause(actor: Actor, id: string): Promise<void>;
  /** It goes on where it was, as the last of those that wait. */
  resume(actor: Actor, id: string): Promise<void>;
  /** Stored before it is answered: not one more batch comes after it, whatever happens to the process. */
  cancel(actor: Actor, id: string): Promise<void>;
  view(id: string): Promise<ImportView>;
  list(): Promise<ImportView[]>;
  /** What was refused of the file, as it was and why. */
  refused(id: string): Promise<AsyncIterable<RefusedRow> | Iterable<RefusedRow>>;
  /** Goes on with what a restart interrupted. */
  resumeAll(): Promise<void>;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
  /** Stops between two batches: the next start goes on (resumeAll). */
  close(): Promise<void>;
}

export interface ImportDeskDeps {
  context: Context;
  /** Where uploaded files are kept. */
  folder: string;
  jobs: Jobs;
  folderBytesMax?: number;
  onFailure(error: unknown): void;
  /** Told some times a second while something is done with a file; null when that ends. */
  onProgress?(id: string, progress: ImportProgress | null): void;
}
