import type { Context } from "../context.ts";
import type { Actor } from "../contract/journal.ts";
import { siteChain } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import type { BackupFailure } from "./failure-of.ts";
import type { MadeBackup } from "./make-backup.ts";

export interface BackupAsked {
  actor: Actor;
  reason: string | null;
}

/** The hash is in the journal's chain, so that a file that comes back from elsewhere can be compared. */
export function noteMade(context: Context, asked: BackupAsked, made: MadeBackup, durationMs: number): Promise<void> {
  const { file, madeAtMs, rows, bytes, sha256, removed } = made;
  return note(context, asked, "backup.made", { name: file, madeAtMs, rows, bytes, sha256, durationMs, removed });
}

export function noteFailed(
  context: Context,
  asked: BackupAsked,
  { code, zh, en }: BackupFailure,
  durationMs: number,
): Promise<void> {
  return note(context, asked, "backup.failed", { code, why: { zh, en }, durationMs });
}

/** A backup holds everything, so the journal records who downloads one. */
export function noteDownloaded(context: Context, actor: Actor, file: string): Promise<void> {
  return note(context, { actor, reason: null }, "backup.downloaded", { name: file });
}

type Kind = "backup.made" | "backup.failed" | "backup.downloaded";

function note(context: Context, asked: BackupAsked, kind: Kind, body: Record<string, unknown>): Promise<void> {
  return change(context, async (_tx, recorder) =>
    recorder.note({ chain: siteChain, ...asked, kind, subject: null, body }),
  );
}
