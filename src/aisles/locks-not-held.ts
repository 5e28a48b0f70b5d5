/**
 * A lock whose row was never stored holds only while its gateway drives: one that led meanwhile did not know it. Its owner is
 * told at once and in the journal. The lock does not come back, because anybody may have been between the shelves since.
 */
import type { AreaLockView } from "../contract/aisles.ts";
import type { Fact } from "../motion/messages.ts";
import { saying } from "./area-view.ts";
import type { ToStore } from "./store-facts.ts";

export type AlarmTeller = (alarm: { areaKey: string; code: string; zh: string; en: string; atMs: number }) => void;

/** The lead's epoch in a log's name; null where the folder's lock was the lead. */
export function leadOfLog(logId: string): number | null {
  const [, epoch] = /^\d+-e(\d+)-/.exec(logId) ?? [];
  return epoch === undefined ? null : Number(epoch);
}

/** False if the log was written under the lead just before ours: no other gateway drove in between. */
export function wasLedBetween(logId: string, leadEpoch: number | null): boolean {
  const of = leadOfLog(logId);
  return of !== null && leadEpoch !== null && of < leadEpoch - 1;
}

export function tellNotHeld(
  { areaKey, atMs, locks }: { areaKey: string; atMs: number; locks: readonly AreaLockView[] },
  onAlarm: AlarmTeller,
): void {
  for (const { isKept, name: who } of locks)
    if (!isKept) onAlarm({ areaKey, atMs, ...saying("lock-not-held", { who, areaKey }) });
}

/** Replaces each lock in a log, if others have led since, by a journal row that says that it was lost. */
export function withoutLostLocks(logId: string, facts: readonly Fact[], leadEpoch: number | null): ToStore[] {
  const isLost = wasLedBetween(logId, leadEpoch);
  return facts.map(({ id: factId, areaKey, atMs, body }) => ({
    ...{ areaKey, atMs, log: { id: logId, factId } },
    body: isLost && body.kind === "lock" ? { kind: "lock-lost", lock: body.lock } : body,
  }));
}
