import type { Clock } from "../clock/clock.ts";

/** A standby that was not seen for so long, while the database answered, has gone; for less, it is connecting anew. */
export const awaitedMs = 60_000;

export interface Awaited {
  /** The database answered: so many wait for the lead. */
  saw(standbys: number): void;
  /** Somebody waits for it, as far as the last answer tells. */
  isAwaited(): boolean;
}

export function awaited(clock: Pick<Clock, "monoMs">): Awaited {
  let awaitedAtMs = Number.NEGATIVE_INFINITY;
  let seenAtMs = clock.monoMs();
  return {
    saw(standbys) {
      seenAtMs = clock.monoMs();
      if (standbys > 0) awaitedAtMs = seenAtMs;
    },
    isAwaited: () => seenAtMs - awaitedAtMs <= awaitedMs,
  };
}
