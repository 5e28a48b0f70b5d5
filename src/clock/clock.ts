/** Time handed in: everything that reads the time or waits takes a Clock, so that a whole day can be simulated by seed. */
export interface Clock {
  /** Wall time in milliseconds since the epoch. Never goes back: waits and ages are measured with it. */
  nowMs(): number;
  /** Calls `fn` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, fn: () => void): () => void;
}

/** The machine's own time. Timers do not keep the process alive by themselves unless `keepAlive` is set. */
export function systemClock(): Clock {
  return {
    nowMs: neverBack(
      () => Date.now(),
      () => performance.now(),
    ),
    after(delayMs, fn) {
      const timer = setTimeout(fn, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/**
 * Wall time for a machine whose clock may be set: forward at once; set back, it runs at half speed until the wall has caught
 * up. A step back would make every wait that long: a bus would hold STOP back for the hour that somebody took away.
 */
export function neverBack(wallMs: () => number, elapsedMs: () => number): () => number {
  let shownMs = wallMs();
  let atMs = elapsedMs();
  return () => {
    const passedMs = elapsedMs() - atMs;
    atMs += passedMs;
    shownMs = Math.max(wallMs(), shownMs + passedMs / 2);
    return Math.floor(shownMs);
  };
}

/** Resolves after `delayMs` of the clock's time. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** Rejects with `makeError()` when `work` takes longer than `timeoutMs` of the clock's time. */
export function withTimeout<T>(clock: Clock, work: Promise<T>, timeoutMs: number, makeError: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(makeError()));
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
