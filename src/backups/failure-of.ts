/** Why a backup failed, as a code with its sentence. Pure. */
import { type ErrorCode, Refusal, sentence } from "../contract/errors.ts";
import { messageOf } from "../contract/told-error.ts";

export interface BackupFailure {
  code: ErrorCode;
  zh: string;
  en: string;
}

const codes: Readonly<Record<string, ErrorCode>> = {
  EEXIST: "backup-no-folder",
  ENOTDIR: "backup-no-folder",
  EACCES: "backup-not-writable",
  EPERM: "backup-not-writable",
  EROFS: "backup-not-writable",
  ENOSPC: "backup-disk-full",
  EDQUOT: "backup-disk-full",
  "backup-unreadable": "backup-damaged",
};

export function failureOf(error: unknown, folder: string): BackupFailure {
  const { code: raw = "" } = error as { code?: string };
  const [code, params] =
    error instanceof Refusal
      ? ([error.code, error.params] as const)
      : ([codes[raw] ?? "backup-failed", { folder, detail: messageOf(error) }] as const);
  return { code, zh: sentence(code, "zh", params), en: sentence(code, "en", params) };
}
