/**
 * The moment at which somebody asked. A request that is read after this process was held (a long turn, a stopped process) had
 * waited in the socket meanwhile: it is taken to be as old as the hold was long.
 */
import type { Clock } from "../clock/clock.ts";

export interface AskedAt {
  /** Monotonic. */
  momentMs(): number;
  close(): void;
}

const lookEveryMs = 50;
/** A turn longer than this is a hold; what is read until the loop has come round again had been waiting. */
const holdMsMin = 200;
const catchUpMs = 50;

export function askedAt(clock: Clock): AskedAt {
  let lastLookMs = clock.monoMs();
  let heldMs = 0;
  let caughtUpMs = Number.NEGATIVE_INFINITY;

  function look(): void {
    const nowMs = clock.monoMs();
    const lateMs = nowMs - lastLookMs - lookEveryMs;
    lastLookMs = nowMs;
    if (lateMs >= holdMsMin) {
      heldMs = lateMs;
      caughtUpMs = nowMs + catchUpMs;
    }
    cancel = clock.after(lookEveryMs, look);
  }
  let cancel = clock.after(lookEveryMs, look);

  return {
    momentMs() {
      const nowMs = clock.monoMs();
      // Sockets may be read before the timer has had its turn.
      const lateMs = nowMs - lastLookMs - lookEveryMs;
      if (lateMs >= holdMsMin) return nowMs - lateMs;
      return nowMs < caughtUpMs ? nowMs - heldMs : nowMs;
    },
    close: () => cancel(),
  };
}
