/** One step after the other; a database that is away for a moment costs nothing but time. */
import { type Clock, sleep } from "../../clock/clock.ts";

/** Failures that one step outlives, a pause after each: ten minutes. What is lost then, the next use of an aisle brings again. */
const failuresMax = 600;
const againAfterMs = 1_000;

export interface PatientTurns {
  take(step: () => Promise<void>): Promise<void>;
  /** Resolves when all that was taken so far is over. */
  settled(): Promise<void>;
  /** What fails from here on is not tried again, and what waits is not begun. */
  close(): void;
}

export function patientTurns(clock: Clock, onFailure: (error: unknown) => void): PatientTurns {
  let tail: Promise<void> = Promise.resolve();
  let isClosed = false;

  return {
    take(step) {
      tail = tail.then(async () => {
        for (let failures = 1; !isClosed; failures++) {
          try {
            return await step();
          } catch (error) {
            onFailure(error);
            if (failures >= failuresMax) return;
          }
          await sleep(clock, againAfterMs);
        }
      });
      return tail;
    },
    settled: () => tail,
    close() {
      isClosed = true;
    },
  };
}
