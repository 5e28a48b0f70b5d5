import type { Clock } from "./clock.ts";

interface Timer {
  dueMs: number;
  order: number;
  fn: () => void;
}

/** Time that moves only when told to: timers run in order of due time, then of creation, so that a run replays identically. */
export interface VirtualClock extends Clock {
  /** Moves to the next timer and runs it; false when none is pending. */
  step(): boolean;
  /** Runs every timer due within `ms`, then stands at now + ms. */
  advance(ms: number): void;
  /** When the next timer is due, or null. */
  nextDueMs(): number | null;
  pendingCount(): number;
  /** Sets the wall clock forward by this much (negative: back), as a person would: no timer and no age changes. */
  setWallBy(ms: number): void;
}

/** Far from any wall time, so that code which mixes the two clocks is noticed at once. */
const monoOriginMs = 1_000_000;

export function virtualClock(startMs = 0): VirtualClock {
  let now = startMs;
  let wallSetMs = 0;
  let order = 0;
  const timers: Timer[] = [];

  // Insertion keeps the list sorted: few timers are pending at once, and the order must be exact.
  function insert(timer: Timer): void {
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = timers[middle] as Timer;
      if (other.dueMs < timer.dueMs || (other.dueMs === timer.dueMs && other.order < timer.order)) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
  }

  function step(): boolean {
    const timer = timers.shift();
    if (!timer) return false;
    now = Math.max(now, timer.dueMs);
    timer.fn();
    return true;
  }

  return {
    nowMs: () => now + wallSetMs,
    monoMs: () => now - startMs + monoOriginMs,
    setWallBy(ms) {
      wallSetMs += ms;
    },
    after(delayMs, fn) {
      const timer: Timer = { dueMs: now + Math.max(0, delayMs), order: order++, fn };
      insert(timer);
      return () => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
      };
    },
    step,
    advance(ms) {
      const untilMs = now + ms;
      while (timers[0] && timers[0].dueMs <= untilMs) step();
      now = Math.max(now, untilMs);
    },
    nextDueMs: () => (timers[0] ? timers[0].dueMs + wallSetMs : null),
    pendingCount: () => timers.length,
  };
}
