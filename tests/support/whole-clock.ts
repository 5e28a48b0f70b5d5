import type { Clock } from "../../src/clock/clock.ts";

/** Lines in memory count fractions of a millisecond; the machine's clocks and the database do not. */
export function wholeClock(clock: Clock): Clock {
  return {
    nowMs: () => Math.floor(clock.nowMs()),
    monoMs: () => Math.floor(clock.monoMs()),
    after: (delayMs, fn) => clock.after(Math.ceil(delayMs), fn),
  };
}
