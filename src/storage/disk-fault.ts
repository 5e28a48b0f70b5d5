/** Finds out from the disk why a data folder cannot be used: the embedded engine only reports that it aborted. */
import { closeSync, openSync, rmSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../contract/told-error.ts";
import { DatabaseError, sqlStateOf } from "./database-error.ts";

export type DiskFault = "database-disk-full" | "database-not-writable" | "database-damaged";

/** Size of one file of the write-ahead log: with less free space the engine cannot begin the next. */
export const roomBytesMin = 16 * 1024 * 1024;

const full = new Set(["ENOSPC", "EDQUOT"]);
const readOnly = new Set(["EACCES", "EPERM", "EROFS"]);
const causesMax = 8;

/**
 * Classifies by the operating system's code or PostgreSQL's (53100 disk full, 25006 read only, XX001 and XX002 damaged); null:
 * another fault.
 */
export function diskFaultOf(error: unknown): DiskFault | null {
  let at: unknown = error;
  for (let depth = 0; depth < causesMax && typeof at === "object" && at !== null; depth++) {
    const { code, syscall, cause } = at as { code?: unknown; syscall?: unknown; cause?: unknown };
    if (typeof code === "string" && full.has(code)) return "database-disk-full";
    // A refused connection has a syscall as well, but another code.
    if (typeof code === "string" && readOnly.has(code) && syscall !== undefined) return "database-not-writable";
    if (code === "database-disk-full" || code === "database-not-writable" || code === "database-damaged") return code;
    at = cause;
  }
  const state = sqlStateOf(error);
  if (state === "53100") return "database-disk-full";
  if (state === "25006") return "database-not-writable";
  return state === "XX001" || state === "XX002" ? "database-damaged" : null;
}

/** Tests a folder for writing; null: it is writable. The folder need not exist yet. */
export function askDisk(folder: string): Exclude<DiskFault, "database-damaged"> | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const probe = join(folder, `.guiwei-probe-${process.pid}`);
    closeSync(openSync(probe, "w", 0o600));
    rmSync(probe, { force: true });
    return bavail * bsize < roomBytesMin ? "database-disk-full" : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && dirname(folder) !== folder)
      return askDisk(dirname(folder));
    const fault = diskFaultOf(error);
    return fault === "database-damaged" ? null : fault;
  }
}

/** PGlite's messages when its files are damaged. */
const nonsense = /abort|failed to initialize|out of bounds|unreachable|PG_VERSION/i;

/**
 * An error in words that say what to do, when the embedded engine did not start or stopped; the error itself for other causes.
 */
export function stoppedBecause(dataDir: string, error: Error, isStart: boolean): Error {
  if ((error.cause as { code?: string } | undefined)?.code === "database-lock-lost") return error.cause as Error;
  const isDamaged = isStart && nonsense.test(error.message);
  const fault = diskFaultOf(error) ?? askDisk(dataDir) ?? (isDamaged ? "database-damaged" : null);
  if (!fault) return error;
  return new DatabaseError(fault, messageOf(error), error, { folder: dataDir, detail: messageOf(error) });
}
