import { randomUUID } from "node:crypto";
import { mkdir, rm, rmdir } from "node:fs/promises";
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
  /** Cancels the backup: no file appears. */
  signal: AbortSignal;
  onProgress?(progress: JobProgress): void;
  /** A folder for this purpose alone, on the disk of the database: it holds a copy of the database while the backup runs. */
  copyFolder: string;
}

/** Limit for the copy that the engine's thread makes between two statements; no database is large enough to need more. */
const copyMsMax = 10 * 60_000;

/** Entry in the jobs' queue: it belongs to the gateway itself, one at a time. */
export const backupJob = { source: "backups", about: "backup", isOwn: true } as const;

/**
 * Writes a backup of a database in use, as a job: in a process of its own with the lowest priority, because a thread of the
 * gateway could delay a busy machine's other requests, STOP among them, for seconds. A PostgreSQL server is read by that process
 * directly. The embedded engine has one connection, which a backup of 100 000 boxes would hold for seven seconds, so its files
 * are copied between two statements (a fraction of a second) and the backup is written from the copy.
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
  // A database in memory exists only in tests, without other users.
  if (!folder) return backup(database, file, { madeAtMs: clock.nowMs(), signal });
  let isGivenUp = false;
  const removeCopy = () => removed(copyFolder);
  // A crash may have left a copy.
  await removeCopy();
  try {
    // Taken before the copy, so everything acknowledged until then is in the backup.
    const madeAtMs = clock.nowMs();
    // A new folder each time: a cancelled copy may still be in progress when the next begins.
    const dataDir = join(copyFolder, randomUUID());
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const copying = folder.copyInto(dataDir);
    copying.finally(() => isGivenUp && goneWith(dataDir, copyFolder)).catch(() => {});
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
    // A cancelled copy is still being written there; it is removed when that ends.
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
  }
}

/** A cancelled copy, and the folder around it, unless the next backup is already using that. */
async function goneWith(copy: string, around: string): Promise<void> {
  await removed(copy);
  await rmdir(around).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "ENOENT") throw error;
  });
}
