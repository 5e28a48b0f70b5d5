import type { Actor } from "../contract/journal.ts";
import { houseChain } from "../contract/journal.ts";
import type { House } from "../house.ts";
import { change } from "../journal/change.ts";
import type { BackupFailure } from "./failure-of.ts";
import type { MadeBackup } from "./make-backup.ts";

export interface BackupAsked {
  actor: Actor;
  reason: string | null;
}

/** The hash stands in the chain: a file that comes back from elsewhere can be compared. */
export function noteMade(house: House, asked: BackupAsked, made: MadeBackup, durationMs: number): Promise<void> {
  const { file, madeAtMs, rows, bytes, sha256, removed } = made;
  return note(house, asked, "backup.made", { name: file, madeAtMs, rows, bytes, sha256, durationMs, removed });
}

export function noteFailed(
  house: House,
  asked: BackupAsked,
  { code, zh, en }: BackupFailure,
  durationMs: number,
): Promise<void> {
  return note(house, asked, "backup.failed", { code, why: { zh, en }, durationMs });
}

/** It holds everything, so whoever takes one out of the house is known. */
export function noteDownloaded(house: House, actor: Actor, file: string): Promise<void> {
  return note(house, { actor, reason: null }, "backup.downloaded", { name: file });
}

type Kind = "backup.made" | "backup.failed" | "backup.downloaded";

function note(house: House, asked: BackupAsked, kind: Kind, body: Record<string, unknown>): Promise<void> {
  return change(house, async (_tx, recorder) =>
    recorder.note({ chain: houseChain, ...asked, kind, subject: null, body }),
  );
}
