/** What a failed start or command prints instead of a stack trace: the same in both languages, with the next step. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { madeAtMsOf } from "./backups/backup-name.ts";
import { backupFolderOf, type Settings } from "./config.ts";
import { type ErrorCode, errorTable, Refusal, sentence } from "./contract/errors.ts";
import { messageOf } from "./contract/told-error.ts";
import { type DiskFault, diskFaultOf } from "./storage/disk-fault.ts";

type Params = Record<string, string | number>;

/** Null: an error without a sentence of its own. */
export function sayFailure(error: unknown, settings: Settings | null): string[] | null {
  if (error instanceof Refusal) return both(error.code, error.params);
  if (!(error instanceof Error)) return null;
  const { code, params, path } = error as Error & { code?: unknown; params?: Params; path?: string };
  const fault = diskFaultOf(error);
  if (fault && settings?.DATABASE_URL) return both(serverCodes[fault], {});
  if (fault) {
    // The database's own folder, never the parent that also contains backups.
    const database = join(settings?.DATA_DIR ?? "?", "database");
    const folder = fault !== "database-damaged" && path ? dirname(path) : database;
    const backup = newestBackup(settings) ?? "<backup.guiwei>";
    return both(fault, { folder, detail: messageOf(error), ...params, backup, dataDir: settings?.DATA_DIR ?? "?" });
  }
  if (typeof code !== "string") return null;
  // The storage's own sentences are English, with folder, address or version in them.
  const zh = code in errorTable ? [sentence(code as ErrorCode, "zh", { detail: "" })] : [];
  return [...zh, messageOf(error)];
}

const both = (code: ErrorCode, params: Params) => [sentence(code, "zh", params), sentence(code, "en", params)];

/** A server's disk is on its own machine. */
const serverCodes = {
  "database-disk-full": "storage-full",
  "database-not-writable": "storage-not-writable",
  "database-damaged": "storage-damaged",
} as const satisfies Record<DiskFault, ErrorCode>;

function newestBackup(settings: Settings | null): string | null {
  if (!settings) return null;
  const folder = backupFolderOf(settings);
  try {
    const made = readdirSync(folder).flatMap((file) => {
      const madeAtMs = madeAtMsOf(file);
      return madeAtMs === null ? [] : [{ file, madeAtMs }];
    });
    const newest = made.sort((a, b) => b.madeAtMs - a.madeAtMs)[0];
    return newest ? join(folder, newest.file) : null;
  } catch {
    return null;
  }
}
