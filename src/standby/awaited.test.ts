import { describe, expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import { awaited, awaitedMs } from "./awaited.ts";

/** What the leader sees every two seconds, for so long. */
function watched(standbys: number, ms: number, { clock, watch } = started()) {
  for (let passedMs = 0; passedMs < ms; passedMs += 2_000) {
    clock.advance(2_000);
    watch.saw(standbys);
  }
  return { clock, watch };
}
function started() {
  const clock = virtualClock(0);
  return { clock, watch: awaited(clock) };
}

describe("whether somebody waits for the lead", () => {
  it("is not so where nobody ever waited, and is as soon as one does", () => {
    const context = watched(0, 600_000);
    expect(context.watch.isAwaited()).toBe(false);
    expect(watched(1, 2_000, context).watch.isAwaited()).toBe(true);
  });

  it("is believed of one that is connecting anew, and no longer than a minute of answers", () => {
    const context = watched(1, 2_000);
    watched(0, awaitedMs, context);
    expect(context.watch.isAwaited()).toBe(true);
    watched(0, 2_000, context);
    expect(context.watch.isAwaited()).toBe(false);
  });

  it("stays as it was seen last by a leader that is cut off, however long", () => {
    const context = watched(1, 2_000);
    context.clock.advance(3_600_000);
    expect(context.watch.isAwaited()).toBe(true);
    const alone = watched(0, 2_000);
    alone.clock.advance(3_600_000);
    expect(alone.watch.isAwaited()).toBe(false);
  });
});
