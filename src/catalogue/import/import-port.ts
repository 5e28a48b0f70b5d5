/** Imports (导入) as routes and the pipeline see them. */

import type { Context } from "../../context.ts";
import type { ImportProgress, ImportView } from "../../contract/catalogue.ts";
import type { Actor } from "../../contract/journal.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import type { RefusedRow } from "./import-files.ts";

export interface ImportDesk {
  /** Receives and checks a file; returns its id at once, while the dry run goes on in the background. */
  receive(actor: Actor, filename: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<string>;
  /** Runs a checked file. */
  run(actor: Actor, id: string): Promise<void>;
  /**
   * Pauses it until somebody resumes it: the next file gets its turn, finished rows count. Stored before the promise resolves.
   */
  pause(actor: Actor, id: string): Promise<void>;
  /** It goes on where it stopped, at the end of the queue. */
  resume(actor: Actor, id: string): Promise<void>;
  /** Stored before the promise resolves: not one more batch is written afterwards, whatever happens to the process. */
  cancel(actor: Actor, id: string): Promise<void>;
  view(id: string): Promise<ImportView>;
  list(): Promise<ImportView[]>;
  /** The refused rows with their original values and the reasons. */
  refused(id: string): Promise<AsyncIterable<RefusedRow> | Iterable<RefusedRow>>;
  /** Resumes imports that a restart interrupted. */
  resumeAll(): Promise<void>;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
  /** Stops between two batches; the next start resumes (resumeAll). */
  close(): Promise<void>;
}

export interface ImportDeskDeps {
  context: Context;
  /** Where uploaded files are kept. */
  folder: string;
  jobs: Jobs;
  folderBytesMax?: number;
  onFailure(error: unknown): void;
  /** Called several times a second while a file is processed; null when that ends. */
  onProgress?(id: string, progress: ImportProgress | null): void;
}
