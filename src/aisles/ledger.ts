/** Writes of one area in the order they were decided, one after the other; a write that fails is told and the next goes on. */

/** More writes waiting than this means the database is away: what is not motion's own record is dropped and told. */
const writesPendingMax = 1_000;

export interface Ledger {
  write(work: () => Promise<unknown>): void;
  /** Resolves when everything written until now is stored or has failed. */
  written(): Promise<void>;
}

export function openLedger(onFailure: (error: unknown) => void): Ledger {
  let tail: Promise<void> = Promise.resolve();
  let pending = 0;
  return {
    write(work) {
      if (pending >= writesPendingMax) return onFailure(new Error("the area's ledger is full: is the database away?"));
      pending++;
      tail = tail
        .then(work)
        .then(
          () => {},
          (error: unknown) => onFailure(error),
        )
        .finally(() => {
          pending--;
        });
    },
    written: () => tail,
  };
}
