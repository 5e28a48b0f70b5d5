/**
 * Time as a dependency: everything that reads the time or waits takes a Clock, so that a whole day can be simulated from a seed.
 */
export interface Clock {
  /** Wall time in milliseconds since the epoch, for stamps that people and other machines read. It may be set, forward or back. */
  nowMs(): number;
  /** For ages, waits and deadlines: milliseconds that only grow, from one origin for all processes of the machine. */
  monoMs(): number;
  /** Calls `fn` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, fn: () => void): () => void;
}

/** The machine's own time. Timers do not keep the process alive by themselves unless `keepAlive` is set. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monoMs: systemMonoMs,
    after(delayMs, fn) {
      const timer = setTimeout(fn, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/** CLOCK_MONOTONIC: the same count in every process (`performance.now` starts anew in each); it stands while the machine sleeps. */
export function systemMonoMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
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
