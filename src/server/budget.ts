/** A limit for one source: a number at once, then a number a second. Pure; time is monotonic. */
import type { Clock } from "../clock/clock.ts";

export interface Budget {
  /** Returns false when it is used up. */
  take(): boolean;
}

export function makeBudget(
  clock: Pick<Clock, "monoMs">,
  { atOnceMax, perSecond }: { atOnceMax: number; perSecond: number },
): Budget {
  let left = atOnceMax;
  let countedAtMs = clock.monoMs();
  return {
    take() {
      const nowMs = clock.monoMs();
      left = Math.min(atOnceMax, left + ((nowMs - countedAtMs) / 1000) * perSecond);
      countedAtMs = nowMs;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}
