import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BackupFile } from "../contract/backups.ts";
import { readHeader, rowsOf } from "../storage/read-backup.ts";
import { madeAtMsOf } from "./backup-name.ts";

/**
 * The folder's own backups, newest first. A file with another name, or that does not begin as a backup does, is neither listed
 * nor ever removed. A folder that does not exist yet is empty.
 */
export async function listBackups(folder: string): Promise<BackupFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const files: BackupFile[] = [];
  for (const file of names.sort().reverse()) {
    const madeAtMs = madeAtMsOf(file);
    if (madeAtMs === null) continue;
    const path = join(folder, file);
    const seen = await Promise.all([stat(path), readHeader(path)]).catch(() => null);
    if (seen?.[0].isFile()) files.push({ file, madeAtMs, bytes: seen[0].size, rows: rowsOf(seen[1]) });
  }
  return files;
}
