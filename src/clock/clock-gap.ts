import type { Clock } from "./clock.ts";

/** A difference above one second is neither drift nor a leap second: somebody set the clock, or the machine slept. */
export const clockGapMsMin = 1_000;

/**
 * The returned function is called at intervals: it returns by how much wall and monotonic time diverged since the last call, or
 * null if they agree. Small steps (a time server's slewing) do not add up.
 */
export function clockGap(clock: Clock): () => number | null {
  let apartMs = clock.nowMs() - clock.monoMs();
  return () => {
    const nowApartMs = clock.nowMs() - clock.monoMs();
    const gapMs = nowApartMs - apartMs;
    apartMs = nowApartMs;
    return Math.abs(gapMs) > clockGapMsMin ? gapMs : null;
  };
}
