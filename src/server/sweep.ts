/** Forgets what is over: sessions, one-time codes, idempotency keys. */
import type { House } from "../house.ts";
import { sweepCodes } from "../people/one-time-codes.ts";
import type { Sessions } from "../people/sessions.ts";
import { sweepIdempotencyKeys } from "./idempotency.ts";

const sweepEveryMs = 10 * 60_000;

/** Runs now and then until the returned function is called; a failure waits for the next time. */
export function startSweep({ db, clock }: House, sessions: Pick<Sessions, "sweep">): () => void {
  let cancel = clock.after(sweepEveryMs, run);
  let isOver = false;
  function run(): void {
    const nowMs = clock.nowMs();
    void Promise.all([sessions.sweep(), sweepCodes(db, nowMs), sweepIdempotencyKeys(db, nowMs)])
      .catch(() => {})
      .finally(() => {
        if (!isOver) cancel = clock.after(sweepEveryMs, run);
      });
  }
  return () => {
    isOver = true;
    cancel();
  };
}
