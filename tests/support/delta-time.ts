import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { settle } from "./run-for.ts";

/** Steps the clock until the work is over. */
export async function pump<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  while (!isOver) {
    await settle();
    if (!isOver) clock.step();
  }
  return work;
}

/** Lets time go on while the embedded database, which is asynchronous, keeps up. */
export async function pass(clock: VirtualClock, ms: number): Promise<void> {
  const untilMs = clock.nowMs() + ms;
  for (let due = clock.nextDueMs(); due !== null && due <= untilMs; due = clock.nextDueMs()) {
    clock.step();
    for (let i = 0; i < 4; i++) await settle();
  }
  clock.advance(untilMs - clock.nowMs());
  await settle();
}

export async function until(
  clock: VirtualClock,
  what: string,
  holds: () => boolean | Promise<boolean>,
  msMax = 120_000,
): Promise<void> {
  for (let ms = 0; ms < msMax; ms += 100) {
    if (await holds()) return;
    await pass(clock, 100);
  }
  throw new Error(`not within ${msMax} ms: ${what}`);
}
