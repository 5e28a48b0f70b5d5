/**
 * Passes people's locks to the controller (S22): repeated, ever more slowly, as long as it does not do what holdWanted requires.
 */
import type { Clock } from "../clock/clock.ts";

const pauseFirstMs = 2_000;
/** Each attempt adds rows to the journal for ever, even if the controller accepts it and somebody undoes it at once. */
const pauseMsMax = 5 * 60_000;
/** After this time without an attempt the pauses begin small again. */
const forgottenMs = 2 * pauseMsMax;

type Verb = "inhibit" | "release";

export interface LockHolderDeps {
  clock: Clock;
  wanted(): Verb | null;
  /** Stores and sends it; resolves when it is settled, with any outcome. */
  ask(verb: Verb): Promise<unknown>;
  onFailure(error: unknown): void;
}

/** Call after every input of the area; only one request runs at a time. */
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
