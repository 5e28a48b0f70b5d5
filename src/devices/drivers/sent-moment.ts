import type { Clock } from "../../clock/clock.ts";

export interface SentMoment {
  /** `offMs`: our wall clock at receipt minus the moment in the message. */
  of(offMs: number): number;
  /** Another sender, or a gap: its clock may be another. */
  forget(): void;
}

/**
 * When a message was sent, on our monotonic clock: never later than it came, nor earlier than the one before. What a network
 * kept is as old as its own stamp says; where the sender's clock is ahead, as much as it came later than the quickest one.
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
