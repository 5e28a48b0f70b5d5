import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BackupFile, BackupStep } from "../contract/backups.ts";
import type { BackupHeader } from "../storage/backup-format.ts";
import type { CheckedBackup } from "../storage/check-backup.ts";
import { backupName } from "./backup-name.ts";
import { listBackups } from "./list-backups.ts";
import { tooOld } from "./when-due.ts";

export interface BackupPlace {
  folder: string;
  filesKept: number;
  /** Writes a backup of the gateway into a file, whole or not at all. */
  write(file: string, signal: AbortSignal, onProgress?: (progress: BackupProgress) => void): Promise<BackupHeader>;
  /** Reads one from end to end; throws what is wrong with it. */
  check(file: string, signal: AbortSignal, onProgress?: (progress: BackupProgress) => void): Promise<CheckedBackup>;
}

/** Rows written, or bytes read back. */
export interface BackupProgress {
  done: number;
  total: number | null;
}

export interface MadeBackup extends BackupFile {
  /** Hash of the file as it is on the disk. */
  sha256: string;
  /** Older backups that were deleted. */
  removed: string[];
}

/** Only one backup is made at a time, and the leftover of a crash is overwritten. */
const unread = "under-way.guiwei-unread";

/**
 * Writes a backup, reads all of it back, and only then gives it its final name and deletes those that are too old: a file with
 * such a name was whole. Throws the errors of the disk, the database and readBackup; older backups are then untouched.
 */
export async function makeBackup(
  { folder, filesKept, write, check }: BackupPlace,
  signal: AbortSignal,
  onStep: (step: BackupStep, progress: BackupProgress | null) => void,
): Promise<MadeBackup> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, unread);
  try {
    onStep("writing", null);
    const { madeAtMs } = await write(path, signal, (progress) => onStep("writing", progress));
    onStep("checking", null);
    const { rows, bytes, sha256 } = await check(path, signal, (progress) => onStep("checking", progress));
    const file = backupName(madeAtMs);
    await rename(path, join(folder, file));
    await syncFolder(folder);
    const removed = await prune(folder, filesKept, madeAtMs);
    return { file, madeAtMs, bytes, rows, sha256, removed };
  } finally {
    await rm(path, { force: true });
  }
}

async function prune(folder: string, filesKept: number, nowMs: number): Promise<string[]> {
  const old = tooOld(await listBackups(folder), nowMs, filesKept).map(({ file }) => file);
  for (const file of old) await rm(join(folder, file), { force: true });
  return old;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  // Windows cannot sync a folder.
  await handle?.sync().catch(() => {});
  await handle?.close();
}
