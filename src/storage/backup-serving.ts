import { mkdir, rm } from "node:fs/promises";
import type { Clock } from "../clock/clock.ts";
import { backup } from "./backup.ts";
import type { BackupHeader } from "./backup-format.ts";
import { type Database, openDatabase } from "./open-database.ts";

export interface ServingBackupOptions {
  clock: Clock;
  /** Ends it early: the file does not appear. */
  signal: AbortSignal;
  /** A folder of its own, on the disk of the database: a copy of it lies there for as long as the backup takes. */
  copyFolder: string;
}

/**
 * Writes a backup of a database that others work with. A server lets them; the embedded engine has one connection, which a
 * backup of 100 000 boxes would hold for seven seconds. So its files are copied between two statements (a fraction of a
 * second), and the backup is written from that copy, in a thread of its own.
 */
export async function backupServing(
  database: Database,
  file: string,
  { clock, signal, copyFolder }: ServingBackupOptions,
): Promise<BackupHeader> {
  if (!database.folder) return backup(database, file, { madeAtMs: clock.nowMs(), signal });
  const removeCopy = () => rm(copyFolder, { recursive: true, force: true });
  // A crash may have left one.
  await removeCopy();
  try {
    await mkdir(copyFolder, { recursive: true, mode: 0o700 });
    await database.folder.copyInto(copyFolder);
    const madeAtMs = clock.nowMs();
    signal.throwIfAborted();
    const copy = await openDatabase({ dataDir: copyFolder, isThrowaway: true, clock });
    // Its start replays the log, its end would write it all down: neither is worth waiting for when told to end.
    const end = () => copy.folder?.stop(new Error("the backup was told to end"));
    signal.addEventListener("abort", end);
    try {
      return await backup(copy, file, { madeAtMs, signal });
    } finally {
      signal.removeEventListener("abort", end);
      await copy.close().catch(() => {});
    }
  } finally {
    await removeCopy();
  }
}
