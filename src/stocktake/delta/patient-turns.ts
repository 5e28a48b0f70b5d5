/** Runs steps one after the other; if the database is away for a while they are only late. */
import { type Clock, sleep } from "../../clock/clock.ts";

/**
 * How often a step is retried, with a pause after each failure: ten minutes. The next use of the aisle makes up for a lost step.
 */
const failuresMax = 600;
const againAfterMs = 1_000;

export interface PatientTurns {
  take(step: () => Promise<void>): Promise<void>;
  /** Resolves when all steps accepted so far are over. */
  settled(): Promise<void>;
  /** From here on failed steps are not retried, and waiting ones are not begun. */
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
