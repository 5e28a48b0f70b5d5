/** Tells the controller of people's locks (S22): again, ever more slowly, for as long as it does not do what holdWanted wants. */
import type { Clock } from "../clock/clock.ts";

const pauseFirstMs = 2_000;
/** Each time is rows in the journal that are never emptied: also where a controller takes it and somebody undoes it at once. */
const pauseMsMax = 5 * 60_000;
/** Whatever was wrong then is over. */
const forgottenMs = 2 * pauseMsMax;

type Verb = "inhibit" | "release";

export interface LockHolderDeps {
  clock: Clock;
  wanted(): Verb | null;
  /** Stores and asks; resolves when it is settled, however. */
  ask(verb: Verb): Promise<unknown>;
  onFailure(error: unknown): void;
}

/** Called after everything the area hears; asks once at a time. */
export function lockHolder({ clock, wanted, ask, onFailure }: LockHolderDeps): () => void {
  let isAsking = false;
  let last: Verb | null = null;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let timesInARow = 0;

  return () => {
    const verb = wanted();
    if (verb === null || isAsking) return;
    const agoMs = clock.monoMs() - askedAtMs;
    if (verb !== last || agoMs > forgottenMs) timesInARow = 0;
    if (timesInARow > 0 && agoMs < Math.min(pauseMsMax, pauseFirstMs * 2 ** (timesInARow - 1))) return;
    isAsking = true;
    last = verb;
    askedAtMs = clock.monoMs();
    timesInARow++;
    void ask(verb)
      .catch(onFailure)
      .finally(() => {
        isAsking = false;
      });
  };
}
