/** Moves virtual time timer by timer and lets promises settle in between, as they would in real time. */
import { systemMonoMs } from "../../src/clock/clock.ts";
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import { statementsInFlight } from "./statements-in-flight.ts";

/** An answer resumes the code that awaited it, which may query again in the next turn. */
const quietTurnsMin = 2;
/** A statement that takes longer waits for an event that virtual time should have brought. */
const databaseMsMax = 60_000;

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

/** Afterwards promise chains without timers have ended, and the database has answered, however slow it is. */
export async function settle(): Promise<void> {
  const endsAtMs = systemMonoMs() + databaseMsMax;
  for (let quietTurns = 0; quietTurns < quietTurnsMin; ) {
    const isWaiting = statementsInFlight() > 0;
    if (isWaiting && systemMonoMs() > endsAtMs)
      throw new Error(`the database did not answer within ${databaseMsMax / 1000} s`);
    await new Promise<void>((resolve) => (isWaiting ? setTimeout(resolve, 1) : setImmediate(resolve)));
    quietTurns = statementsInFlight() > 0 ? 0 : quietTurns + 1;
  }
}
