import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock/clock.ts";
import type { JobProgress } from "../jobs/job-kinds.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { prepared } from "../jobs/prepared.ts";
import { backup } from "./backup.ts";
import type { BackupHeader } from "./backup-format.ts";
import type { Database } from "./open-database.ts";
import { readHeader } from "./read-backup.ts";

export interface ServingBackupOptions {
  clock: Clock;
  jobs: Jobs;
  /** Ends it early: the file does not appear. */
  signal: AbortSignal;
  onProgress?(progress: JobProgress): void;
  /** A folder of its own, on the disk of the database: a copy of it lies there for as long as the backup takes. */
  copyFolder: string;
}

/** Of the copy that the engine's own thread makes between two statements; nothing of a database is so long that it needs more. */
const copyMsMax = 10 * 60_000;

/** Of the jobs' queue: the gateway's own, one at a time. */
export const backupJob = { source: "backups", about: "backup", isOwn: true } as const;

/**
 * Writes a backup of a database that others work with, as a job: in a process of its own and last in line for the processor,
 * because as a thread of the gateway it could keep a busy machine's other requests, STOP among them, for seconds. A server is
 * asked by that process itself; the embedded engine has one connection, which a backup of 100 000 boxes would hold for seven
 * seconds, so its files are copied between two statements (a fraction of a second), and the backup is written from that copy.
 */
export async function backupServing(
  database: Database,
  file: string,
  { clock, jobs, signal, copyFolder, onProgress = () => {} }: ServingBackupOptions,
): Promise<BackupHeader> {
  const { folder, url } = database;
  const write = async (place: { dataDir: string } | { url: string }, madeAtMs: number) => {
    const asked = { place, file, madeAtMs };
    await jobs.run({ ...backupJob, kind: "write-backup", asked, files: [file], signal, onProgress });
    return readHeader(file);
  };
  if (url !== undefined) return write({ url }, clock.nowMs());
  // One in memory is a test's; nobody works with it meanwhile.
  if (!folder) return backup(database, file, { madeAtMs: clock.nowMs(), signal });
  let isGivenUp = false;
  const removeCopy = () => removed(copyFolder);
  // A crash may have left one.
  await removeCopy();
  try {
    await mkdir(copyFolder, { recursive: true, mode: 0o700 });
    // Taken before the copy: what was acknowledged until then is in it.
    const madeAtMs = clock.nowMs();
    // A place of its own: one that was given up may still be copying when the next begins.
    const dataDir = join(copyFolder, randomUUID());
    await mkdir(dataDir, { mode: 0o700 });
    const copying = folder.copyInto(dataDir);
    copying.finally(() => isGivenUp && removed(dataDir)).catch(() => {});
    const refused = { kind: "write-backup", timeMsMax: copyMsMax, signal };
    await prepared(clock, refused, () => copying).catch((error: unknown) => {
      isGivenUp = true;
      throw error;
    });
    return await write({ dataDir }, madeAtMs);
  } finally {
    await removeCopy();
  }
}

async function removed(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    // A copy that was given up is still being written into it, and is taken away at its own end.
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
  }
}
