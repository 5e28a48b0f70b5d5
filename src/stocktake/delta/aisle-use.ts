/** 动态盘点, the rules, pure: when an aisle was used, whose faces are read next, and what a stocktake leaves to be done. */

export interface AisleUse {
  aisle: number;
  /** As last seen. */
  isOpen: boolean;
  /** Since when its faces wait to be read; null: they do not. */
  dueSinceMs: number | null;
  /** Counts since then that a reader's health kept from covering everything. */
  tries: number;
  tryAtMs: number;
}

/** After so many stocktakes the faces stay "not covered" until the next use. */
export const triesMax = 3;
const retryPauseMs = 60_000;
/** Whoever waits longer was told so by another clock: somebody set the machine's back. */
const retryPauseMsMax = retryPauseMs * 2 ** (triesMax - 2);
/**
 * A request to open is held for a stocktake at most this long, and only for one that will likely be over by then: what waits here
 * is part of the two seconds that a wish lives (S15).
 */
export const holdMsMax = 1_500;

/** What a status says about the aisles: 0 = none stands open, null = not known, which says nothing. */
export function seeAisles(
  before: number,
  openAisle: number | null,
): { openAisle: number; opened: number | null; used: number | null } {
  if (openAisle === null || openAisle === before) return { openAisle: before, opened: null, used: null };
  return { openAisle, opened: openAisle > 0 ? openAisle : null, used: before > 0 ? before : null };
}

/** The aisle that waited longest, or how long nothing can be done; null when nothing waits. An open one is not read: people may be in it. */
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

/** After a stocktake that began at `startedAtMs`; `unhealthy`: layers with an antenna that said nothing. */
export function afterDelta(
  use: AisleUse,
  { startedAtMs, unhealthy }: { startedAtMs: number; unhealthy: number },
  nowMs: number,
): Pick<AisleUse, "dueSinceMs" | "tries" | "tryAtMs"> {
  // Used again meanwhile: what was read may be of before. A use that lies ahead of now was noted by another clock, earlier.
  if (use.dueSinceMs !== null && use.dueSinceMs > startedAtMs && use.dueSinceMs <= nowMs) {
    return { dueSinceMs: use.dueSinceMs, tries: 0, tryAtMs: nowMs };
  }
  const tries = use.tries + 1;
  if (unhealthy === 0 || tries >= triesMax) return { dueSinceMs: null, tries: 0, tryAtMs: nowMs };
  return { dueSinceMs: use.dueSinceMs, tries, tryAtMs: nowMs + retryPauseMs * 2 ** (tries - 1) };
}
