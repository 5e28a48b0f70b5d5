/** What the state of a folder's disk means for the gateway. Pure: the numbers are read elsewhere. */
import { type ErrorCode, sentence } from "../contract/errors.ts";
import type { DiskLine, StorageProblem } from "../contract/storage.ts";

export interface DiskSeen {
  /** Null: the system did not say. */
  freeBytes: number | null;
  totalBytes: number | null;
  isWritable: boolean;
}

const mb = 1024 * 1024;
/** Below this the next few minutes may not be stored: the embedded engine's log alone grows to 48 MB between two checkpoints. */
export const fullBelowBytes = 64 * mb;

export function judgeDisk({ freeBytes, isWritable }: DiskSeen, warnBelowBytes: number): DiskLine["state"] {
  if (!isWritable) return "not-writable";
  if (freeBytes === null) return "unknown";
  if (freeBytes < fullBelowBytes) return "full";
  return freeBytes < warnBelowBytes ? "low" : "ok";
}

const codes = { low: "disk-low", full: "disk-full", "not-writable": "disk-not-writable" } as const;
const settings = { data: "DATA_DIR", backups: "BACKUP_DIR" } as const;

export function problemOfDisk({ folder, state, freeBytes }: DiskLine): StorageProblem | null {
  if (state === "ok" || state === "unknown") return null;
  return storageProblem(codes[state], { folder: settings[folder], freeMb: Math.floor((freeBytes ?? 0) / mb) });
}

export function storageProblem(code: ErrorCode, params: Record<string, string | number> = {}): StorageProblem {
  return { code, zh: sentence(code, "zh", params), en: sentence(code, "en", params) };
}

export function setAsideProblems(count: number): StorageProblem[] {
  return count > 0 ? [storageProblem("facts-set-aside", { count })] : [];
}
