/** Deletes expired sessions, one-time codes and idempotency keys. */
import type { Context } from "../context.ts";
import { sweepCodes } from "../people/one-time-codes.ts";
import type { Sessions } from "../people/sessions.ts";
import type { BackgroundBook } from "../watch/background-book.ts";
import { sweepIdempotencyKeys } from "./idempotency.ts";

export const sweepEveryMs = 10 * 60_000;

export interface SweepDeps {
  context: Pick<Context, "db" | "clock">;
  sessions: Pick<Sessions, "sweep">;
  book: Pick<BackgroundBook, "failed" | "done">;
}

/**
 * Runs at intervals until the returned function is called. A failed deletion does not stop the others, and is retried next time.
 */
export function startSweep({ context: { db, clock }, sessions, book }: SweepDeps): () => void {
  let cancel = clock.after(sweepEveryMs, () => void run());
  let isOver = false;
  async function run(): Promise<void> {
    const nowMs = clock.nowMs();
    const swept = await Promise.allSettled([sessions.sweep(), sweepCodes(db, nowMs), sweepIdempotencyKeys(db, nowMs)]);
    if (isOver) return;
    const failures = swept.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    // The other failures usually have the same reason.
    if (failures.length > 0) book.failed("sweep", failures[0]);
    else book.done("sweep");
    cancel = clock.after(sweepEveryMs, () => void run());
  }
  return () => {
    isOver = true;
    cancel();
  };
}
