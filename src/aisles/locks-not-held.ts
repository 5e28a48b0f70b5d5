/**
 * A lock whose row was never stored holds where its gateway drives, and no longer: who led meanwhile did not know it. Its person
 * is told, at once and in the journal; it does not come back by itself, for nobody knows who has been between the steel since.
 */
import type { AreaLockView } from "../contract/aisles.ts";
import type { Fact } from "../motion/messages.ts";
import { saying } from "./area-view.ts";
import type { ToStore } from "./store-facts.ts";

export type AlarmTeller = (alarm: { areaKey: string; code: string; zh: string; en: string; atMs: number }) => void;

/** Of a log's name: under which lead it was written; null where the folder's lock was it. */
export function leadOfLog(logId: string): number | null {
  const [, epoch] = /^\d+-e(\d+)-/.exec(logId) ?? [];
  return epoch === undefined ? null : Number(epoch);
}

/** The lead before ours is that log's own: nobody else drove since. */
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

/** What is stored in place of a lock that a log still holds while others have led since: a row in the journal that says so. */
export function withoutLostLocks(logId: string, facts: readonly Fact[], leadEpoch: number | null): ToStore[] {
  const isLost = wasLedBetween(logId, leadEpoch);
  return facts.map(({ id: factId, areaKey, atMs, body }) => ({
    ...{ areaKey, atMs, log: { id: logId, factId } },
    body: isLost && body.kind === "lock" ? { kind: "lock-lost", lock: body.lock } : body,
  }));
}
