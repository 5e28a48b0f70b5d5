import type { Clock } from "../../src/clock/clock.ts";

/** Rounds to whole milliseconds, like a machine's clocks and the database: lines in memory count fractions. */
export function wholeClock(clock: Clock): Clock {
  return {
    nowMs: () => Math.floor(clock.nowMs()),
    monoMs: () => Math.floor(clock.monoMs()),
    after: (delayMs, fn) => clock.after(Math.ceil(delayMs), fn),
  };
}
