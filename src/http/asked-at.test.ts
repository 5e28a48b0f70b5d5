import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import { askedAt } from "./asked-at.ts";

/** A clock whose process is held for a while: time passes, but no timer runs. */
function heldClock() {
  const clock = virtualClock();
  let standingMs = 0;
  return {
    clock: { ...clock, monoMs: () => clock.monoMs() + standingMs },
    clockOf: clock,
    stand: (ms: number) => {
      standingMs += ms;
    },
  };
}

it("takes a request for as old as the hold that it waited through", () => {
  const { clock, clockOf, stand } = heldClock();
  const asked = askedAt(clock);
  clockOf.advance(500);
  expect(clock.monoMs() - asked.momentMs()).toBe(0);
  stand(9_000);
  // Read before the timer ran, and just after it.
  expect(clock.monoMs() - asked.momentMs()).toBeGreaterThan(8_800);
  clockOf.advance(50);
  expect(clock.monoMs() - asked.momentMs()).toBeGreaterThan(8_800);
  clockOf.advance(400);
  expect(clock.monoMs() - asked.momentMs()).toBe(0);
});

it("counts turns and not time: what waited is read late where the first turns after a hold are long, too", () => {
  const { clock, clockOf, stand } = heldClock();
  const asked = askedAt(clock);
  clockOf.advance(500);
  stand(9_000);
  clockOf.advance(50);
  for (let turn = 0; turn < 3; turn++) {
    stand(150);
    expect(clock.monoMs() - asked.momentMs()).toBeGreaterThan(8_800);
    clockOf.advance(50);
  }
  // Held once more before everything is read.
  stand(3_000);
  expect(clock.monoMs() - asked.momentMs()).toBeGreaterThan(11_800);
  clockOf.advance(50);
  expect(clock.monoMs() - asked.momentMs()).toBeGreaterThan(11_800);
  clockOf.advance(400);
  expect(clock.monoMs() - asked.momentMs()).toBe(0);
});

it("makes nothing of a turn that is merely long", () => {
  const { clock, clockOf, stand } = heldClock();
  const asked = askedAt(clock);
  clockOf.advance(500);
  stand(100);
  expect(clock.monoMs() - asked.momentMs()).toBe(0);
});

it("takes what waited while the machine slept for as old as the sleep: the monotonic count stood still", () => {
  const clock = virtualClock();
  const asked = askedAt(clock);
  clock.advance(500);
  clock.setWallBy(7_000);
  expect(clock.monoMs() - asked.momentMs()).toBeGreaterThan(6_800);
  clock.advance(50);
  expect(clock.monoMs() - asked.momentMs()).toBeGreaterThan(6_800);
  clock.advance(400);
  expect(clock.monoMs() - asked.momentMs()).toBe(0);
});

it("follows a time server's slewing", () => {
  const clock = virtualClock();
  const asked = askedAt(clock);
  for (let i = 0; i < 20; i++) {
    clock.advance(50);
    clock.setWallBy(400);
    expect(clock.monoMs() - asked.momentMs()).toBe(0);
  }
});
