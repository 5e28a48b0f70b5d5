import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Clock } from "../clock/clock.ts";
import { backup } from "./backup.ts";
import type { BackupHeader } from "./backup-format.ts";
import type { Database } from "./open-database.ts";
import { readHeader } from "./read-backup.ts";

export interface ServingBackupOptions {
  clock: Clock;
  /** Ends it early: the file does not appear. */
  signal: AbortSignal;
  /** A folder of its own, on the disk of the database: a copy of it lies there for as long as the backup takes. */
  copyFolder: string;
}

const command = fileURLToPath(new URL("../../bin/guiwei.mjs", import.meta.url));
const saidCharsMax = 2_000;

/**
 * Writes a backup of a database that others work with. A server lets them; the embedded engine has one connection, which a
 * backup of 100 000 boxes would hold for seven seconds. So its files are copied between two statements (a fraction of a
 * second), and the backup is written from that copy (`guiwei backup-copy`): in a process of its own and last in line for the
 * processor, because as a thread of the gateway it could keep a busy machine's other requests, STOP among them, for seconds.
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
    // Taken before the copy: what was acknowledged until then is in it.
    const madeAtMs = clock.nowMs();
    await database.folder.copyInto(copyFolder);
    await backupCopy([copyFolder, file, String(madeAtMs)], signal);
    return await readHeader(file);
  } finally {
    await removeCopy();
    await rm(`${file}.partial`, { force: true });
  }
}

async function backupCopy(words: readonly string[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  // It ends when its end of our pipe closes: also when we are killed.
  const child = spawn(process.execPath, [command, "backup-copy", ...words], { stdio: ["pipe", "ignore", "pipe"] });
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said = (said + bytes).slice(-saidCharsMax);
  });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    signal.throwIfAborted();
    if (code !== 0) throw new Error(said.trim() || `backup-copy ended with ${code}`);
  } finally {
    signal.removeEventListener("abort", kill);
  }
}
