/** Rules of the delta stocktake (动态盘点): when an aisle was used, whose faces are read next, what is left to do. Pure. */

export interface AisleUse {
  aisle: number;
  /** As last seen. */
  isOpen: boolean;
  /** Since when its faces wait to be read; null: they do not wait. */
  dueSinceMs: number | null;
  /** Stocktakes since then that an unhealthy reader kept from covering everything. */
  tries: number;
  tryAtMs: number;
}

/** After this many stocktakes the faces stay "not covered" until the next use. */
export const triesMax = 3;
const retryPauseMs = 60_000;
/** A longer wait comes from a clock that was set back since: it is not believed. */
const retryPauseMsMax = retryPauseMs * 2 ** (triesMax - 2);
/**
 * A request to open waits for a stocktake at most this long, and only for one that will likely be over by then: the wait is part
 * of the two seconds after which a request expires (S15).
 */
export const holdMsMax = 1_500;

/** Applies a status's open aisle to the aisles' state: 0 = none stands open, null = unknown, which changes nothing. */
export function seeAisles(
  before: number,
  openAisle: number | null,
): { openAisle: number; opened: number | null; used: number | null } {
  if (openAisle === null || openAisle === before) return { openAisle: before, opened: null, used: null };
  return { openAisle, opened: openAisle > 0 ? openAisle : null, used: before > 0 ? before : null };
}

/** The aisle that has waited longest, or how long to wait; null if none waits. An open aisle is not read: people may be in it. */
export function nextDelta(uses: readonly AisleUse[], nowMs: number): { aisle: number } | { waitMs: number } | null {
  const due = uses
    .flatMap(({ aisle, isOpen, dueSinceMs, tryAtMs }) => {
      const waitMs = tryAtMs - nowMs > retryPauseMsMax ? 0 : tryAtMs - nowMs;
      return dueSinceMs === null || isOpen ? [] : [{ aisle, dueSinceMs, waitMs }];
    })
    .sort((a, b) => a.dueSinceMs - b.dueSinceMs || a.aisle - b.aisle);
  const now = due.find((one) => one.waitMs <= 0);
  if (now) return { aisle: now.aisle };
  return due.length === 0 ? null : { waitMs: Math.min(...due.map((one) => one.waitMs)) };
}

/** The state after a stocktake that began at `startedAtMs`; `unhealthy`: layers whose antenna gave no valid reading. */
export function afterDelta(
  use: AisleUse,
  { startedAtMs, unhealthy }: { startedAtMs: number; unhealthy: number },
  nowMs: number,
): Pick<AisleUse, "dueSinceMs" | "tries" | "tryAtMs"> {
  // The aisle was used again meanwhile, so the reads may be older than that use. A use in the future was noted before the clock
  // was set back.
  if (use.dueSinceMs !== null && use.dueSinceMs > startedAtMs && use.dueSinceMs <= nowMs) {
    return { dueSinceMs: use.dueSinceMs, tries: 0, tryAtMs: nowMs };
  }
  const tries = use.tries + 1;
  if (unhealthy === 0 || tries >= triesMax) return { dueSinceMs: null, tries: 0, tryAtMs: nowMs };
  return { dueSinceMs: use.dueSinceMs, tries, tryAtMs: nowMs + retryPauseMs * 2 ** (tries - 1) };
}
