/**
 * The moment at which somebody asked. A request that is read after this process was held (a long turn, a stopped process) had
 * waited in the socket meanwhile: it is taken to be as old as the hold was long. So it is when the machine slept: then the wall
 * went on alone. A clock that was only set looks the same, and costs whoever presses at that very moment a second press.
 */
import type { Clock } from "../clock/clock.ts";
import { clockGapMsMin } from "../clock/clock-gap.ts";

export interface AskedAt {
  /** Monotonic. */
  momentMs(): number;
  close(): void;
}

const lookEveryMs = 50;
/** A turn longer than this is a hold. */
const holdMsMin = 200;
/**
 * What is read until the loop has come round so often had been waiting: a connection is taken up in one turn and read in a later
 * one. Counted in turns and not in time: just after a hold a turn may be long again.
 */
const catchUpLooks = 6;

export function askedAt(clock: Clock): AskedAt {
  const apartMs = () => clock.nowMs() - clock.monoMs();
  let lastLookMs = clock.monoMs();
  let lastApartMs = apartMs();
  let heldMs = 0;
  let looksBehind = 0;

  /** Since the last look, beyond what is usual between two. */
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
      // Held again before all was read: the rest has waited for both.
      heldMs = looksBehind > 0 ? heldMs + lateMs : lateMs;
      looksBehind = catchUpLooks;
    } else if (looksBehind > 0) looksBehind--;
    cancel = clock.after(lookEveryMs, look);
  }
  let cancel = clock.after(lookEveryMs, look);

  return {
    momentMs() {
      const nowMs = clock.monoMs();
      // Sockets may be read before the timer has had its turn.
      const lateMs = lateBy(nowMs);
      const waitedMs = (looksBehind > 0 ? heldMs : 0) + (lateMs >= holdMsMin ? lateMs : 0);
      return nowMs - waitedMs;
    },
    close: () => cancel(),
  };
}
