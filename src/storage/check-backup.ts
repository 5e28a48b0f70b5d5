import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { readBackup, rowsOf } from "./read-backup.ts";

export interface CheckedBackup {
  rows: number;
  bytes: number;
  /** Hash of the file as it is on the disk. */
  sha256: string;
}

/** The job "check-backup": reads the file from end to end; throws backup-unreadable. */
export async function checkBackup(
  file: string,
  onBytes: (bytes: number, total: number) => void,
): Promise<CheckedBackup> {
  const sum = createHash("sha256");
  const { size } = await stat(file);
  let bytes = 0;
  const header = await readBackup(file, {
    stored(piece) {
      sum.update(piece);
      bytes += piece.length;
      onBytes(bytes, size);
    },
  });
  return { rows: rowsOf(header), bytes, sha256: sum.digest("hex") };
}
