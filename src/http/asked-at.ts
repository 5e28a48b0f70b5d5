/**
 * When a request was made. One that is read after this process was held (a long turn, a stopped process) waited in the socket
 * meanwhile, so it counts as old as the hold was long. The same holds for sleep, when only the wall clock went on. A clock that
 * was merely set looks the same, and costs a person who presses at that very moment a second press.
 */
import type { Clock } from "../clock/clock.ts";
import { clockGapMsMin } from "../clock/clock-gap.ts";

export interface AskedAt {
  /** Monotonic. */
  momentMs(): number;
  close(): void;
}

const lookEveryMs = 50;
/** A turn longer than this counts as a hold. */
const holdMsMin = 200;
/**
 * Everything read within this many rounds of the loop counts as having waited: a connection is accepted in one turn and read in a
 * later one. Counted in turns instead of time, because a turn just after a hold may be long again.
 */
const catchUpLooks = 6;

export function askedAt(clock: Clock): AskedAt {
  const apartMs = () => clock.nowMs() - clock.monoMs();
  let lastLookMs = clock.monoMs();
  let lastApartMs = apartMs();
  let heldMs = 0;
  let looksBehind = 0;

  /** Time since the last look beyond the usual interval. */
  function lateBy(nowMs: number): number {
    const gapMs = Math.abs(apartMs() - lastApartMs);
    return nowMs - lastLookMs - lookEveryMs + (gapMs > clockGapMsMin ? gapMs : 0);
  }

  function look(): void {
    const nowMs = clock.monoMs();
    const lateMs = lateBy(nowMs);
    lastLookMs = nowMs;
    lastApartMs = apartMs();
    if (lateMs >= holdMsMin) {
      // Held again before everything was read: the rest has waited for both holds.
      heldMs = looksBehind > 0 ? heldMs + lateMs : lateMs;
      looksBehind = catchUpLooks;
    } else if (looksBehind > 0) looksBehind--;
    cancel = clock.after(lookEveryMs, look);
  }
  let cancel = clock.after(lookEveryMs, look);

  return {
    momentMs() {
      const nowMs = clock.monoMs();
      // Sockets may be read before the timer runs.
      const lateMs = lateBy(nowMs);
      const waitedMs = (looksBehind > 0 ? heldMs : 0) + (lateMs >= holdMsMin ? lateMs : 0);
      return nowMs - waitedMs;
    },
    close: () => cancel(),
  };
}
