/** A clock that runs faster or slower than the one below it; the factor may change while timers are pending. */
import type { Clock } from "../src/clock/clock.ts";

export interface ScaledClock extends Clock {
  factor(): number;
  setFactor(factor: number): void;
}

interface Pending {
  dueMs: number;
  fn: () => void;
  cancel: () => void;
}

export function scaledClock(base: Clock, startFactor = 1): ScaledClock {
  let factor = startFactor;
  let baseOriginMs = base.monoMs();
  let elapsedMs = 0;
  const wallOriginMs = base.nowMs();
  const monoOriginMs = baseOriginMs;
  const pending = new Set<Pending>();

  const passedMs = () => elapsedMs + (base.monoMs() - baseOriginMs) * factor;

  function arm(timer: Pending): void {
    timer.cancel = base.after(Math.max(0, (timer.dueMs - passedMs()) / factor), () => {
      pending.delete(timer);
      timer.fn();
    });
  }

  return {
    nowMs: () => wallOriginMs + passedMs(),
    monoMs: () => monoOriginMs + passedMs(),
    factor: () => factor,
    after(delayMs, fn) {
      const timer: Pending = { dueMs: passedMs() + Math.max(0, delayMs), fn, cancel: () => {} };
      pending.add(timer);
      arm(timer);
      return () => {
        timer.cancel();
        pending.delete(timer);
      };
    },
    setFactor(next) {
      elapsedMs = passedMs();
      baseOriginMs = base.monoMs();
      factor = next;
      for (const timer of pending) {
        timer.cancel();
        arm(timer);
      }
    },
  };
}
