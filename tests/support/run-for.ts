/** Moves virtual time timer by timer and lets promises settle in between, as they would in real time. */
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";

export async function runFor(clock: VirtualClock, ms: number): Promise<void> {
  const untilMs = clock.nowMs() + ms;
  await settle();
  for (let due = clock.nextDueMs(); due !== null && due <= untilMs; due = clock.nextDueMs()) {
    clock.step();
    await settle();
  }
  clock.advance(untilMs - clock.nowMs());
  await settle();
}

/** All promise chains that need no timer and no I/O have ended after this. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
