import type { Clock } from "./clock.ts";

/** More than a second is no drift and no leap second: somebody set the clock, or the machine slept. */
export const clockGapMsMin = 1_000;

/**
 * Asked now and then: by how much wall and monotonic time parted since the last look, null while they go together. Small steps
 * (a time server's slewing) are followed, whatever they add up to.
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
