import { expect, it } from "vitest";
import { virtualClock } from "../src/clock/virtual-clock.ts";
import { scaledClock } from "./scaled-clock.ts";

it("runs faster, also for timers that were already pending, and never jumps", () => {
  const base = virtualClock(1000);
  const clock = scaledClock(base);
  const rang: number[] = [];
  clock.after(1000, () => rang.push(clock.nowMs()));
  const cancel = clock.after(1500, () => rang.push(-1));
  base.advance(500);
  expect(clock.nowMs()).toBe(1500);
  clock.setFactor(10);
  expect(clock.nowMs()).toBe(1500);
  base.advance(49);
  expect(rang).toEqual([]);
  base.advance(1);
  expect(rang).toEqual([2000]);
  cancel();
  base.advance(1000);
  expect(rang).toHaveLength(1);
  expect(base.pendingCount()).toBe(0);
});
