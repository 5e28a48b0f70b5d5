import type { Clock } from "../../clock/clock.ts";

export interface SentMoment {
  /** `offMs`: our wall clock at receipt minus the time in the message. */
  of(offMs: number): number;
  /** After another sender or a gap: the clock may be a different one. */
  forget(): void;
}

/**
 * When a message was sent, on our monotonic clock: never later than it came, nor earlier than the one before. A delayed message
 * is as old as its own time says; if the sender's clock is ahead, its age is how much later it came than the quickest one.
 */
export function sentMoment(clock: Clock): SentMoment {
  let quickestMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    of(offMs) {
      const nowMs = clock.monoMs();
      quickestMs = Math.min(quickestMs, offMs);
      lastMs = Math.min(nowMs, Math.max(lastMs, nowMs - (offMs - quickestMs)));
      return lastMs;
    },
    forget() {
      quickestMs = 0;
      lastMs = Number.NEGATIVE_INFINITY;
    },
  };
}
