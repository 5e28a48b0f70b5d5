import { constants, copyFileSync, mkdirSync, readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";

/** Free space left for the database: a disk that the copy filled would stop it. */
const roomLeftBytesMin = 256 * 1024 * 1024;

/**
 * Copies a cluster's files as they are. It runs in the engine's own thread, so no statement runs meanwhile: the copy equals the
 * state after a crash at this moment, with everything acknowledged in its log. Throws ENOSPC before it writes anything.
 */
export function copyCluster(from: string, to: string): void {
  const files = filesOf(from);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = statfsSync(to);
  const bytes = files.reduce((sum, file) => sum + statSync(join(from, file)).size, 0);
  if (bavail * bsize < bytes + roomLeftBytesMin) {
    const message = `a copy of the database needs ${bytes} bytes and ${roomLeftBytesMin} to spare`;
    throw Object.assign(new Error(message), { code: "ENOSPC" });
  }
  for (const folder of foldersOf(from)) mkdirSync(join(to, folder), { mode: 0o700 });
  // On a file system that shares blocks the copy costs nothing.
  for (const file of files) copyFileSync(join(from, file), join(to, file), constants.COPYFILE_FICLONE);
}

const entriesOf = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true });
const pathIn = (folder: string, entry: { parentPath: string; name: string }) =>
  join(entry.parentPath, entry.name).slice(folder.length + 1);

function filesOf(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isFile())
    .map((entry) => pathIn(folder, entry));
}

/** All folders, parents before children. */
function foldersOf(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => pathIn(folder, entry))
    .sort();
}
