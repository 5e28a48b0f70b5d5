/** Decides which jobs run and which wait: one person's jobs cannot keep all others waiting, and every wait has an end. */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";

export interface QueueLimits {
  runningMax: number;
  waitingMax: number;
  /** Most jobs of one source, running and waiting. */
  perSourceMax: number;
  waitMsMax: number;
}

export interface Asking {
  source: string;
  kind: string;
  /** The gateway's own job, one at a time: it may wait however many others do, and without a time limit. */
  isOwn: boolean;
  signal: AbortSignal;
}

export interface JobQueue {
  /** Resolves at this job's turn, with a function that ends it. Refuses: jobs-full, jobs-full-own, job-waited, job-stopped. */
  enter(asking: Asking): Promise<() => void>;
  /** Number of jobs that wait before this one; 0 when it does not wait. */
  ahead(asking: Asking): number;
  counts(): { running: number; waiting: number };
  longestWaitMs(): number;
  /** Resolves when no job runs. */
  empty(): Promise<void>;
}

interface Waiting {
  asking: Asking;
  sinceMs: number;
  begin(): void;
}

export function makeQueue(clock: Clock, limits: QueueLimits): JobQueue {
  const { runningMax, waitingMax, perSourceMax, waitMsMax } = limits;
  const waiting: Waiting[] = [];
  const running = new Set<Asking>();
  let whenEmpty: (() => void)[] = [];

  const runningOf = (source: string) => [...running].filter((one) => one.source === source).length;
  const waitingOf = (source: string) => waiting.filter(({ asking }) => asking.source === source).length;

  function refusalOf({ source, isOwn }: Asking): Refusal | null {
    if (isOwn) return null;
    if (runningOf(source) + waitingOf(source) >= perSourceMax) return new Refusal("jobs-full-own", { perSourceMax });
    const isFull = running.size >= runningMax && waiting.length >= waitingMax;
    return isFull ? new Refusal("jobs-full", { waiting: waiting.length, running: running.size }) : null;
  }

  function begin(asking: Asking): () => void {
    running.add(asking);
    return () => leave(asking);
  }

  function leave(asking: Asking): void {
    running.delete(asking);
    if (waiting.length > 0 && running.size < runningMax) {
      // The source with the fewest running jobs comes first, then the longest wait.
      const next = waiting.reduce((first, other) =>
        runningOf(other.asking.source) < runningOf(first.asking.source) ? other : first,
      );
      waiting.splice(waiting.indexOf(next), 1);
      next.begin();
    }
    if (running.size > 0) return;
    for (const resolve of whenEmpty) resolve();
    whenEmpty = [];
  }

  return {
    async enter(asking) {
      const { signal, kind, isOwn } = asking;
      if (signal.aborted) throw new Refusal("job-stopped", { kind });
      const refusal = refusalOf(asking);
      if (refusal) throw refusal;
      if (running.size < runningMax) return begin(asking);
      return new Promise((resolve, reject) => {
        const giveUp = (why: Refusal) => {
          const at = waiting.indexOf(place);
          if (at < 0) return;
          waiting.splice(at, 1);
          settled();
          reject(why);
        };
        const stop = () => giveUp(new Refusal("job-stopped", { kind }));
        const tooLong = () => giveUp(new Refusal("job-waited", { minutesMax: Math.ceil(waitMsMax / 60_000) }));
        const cancel = isOwn ? () => {} : clock.after(waitMsMax, tooLong);
        const settled = () => {
          cancel();
          signal.removeEventListener("abort", stop);
        };
        const place: Waiting = {
          ...{ asking, sinceMs: clock.monoMs() },
          begin: () => {
            settled();
            resolve(begin(asking));
          },
        };
        waiting.push(place);
        signal.addEventListener("abort", stop);
      });
    },
    ahead: (asking) =>
      Math.max(
        0,
        waiting.findIndex((one) => one.asking === asking),
      ),
    counts: () => ({ running: running.size, waiting: waiting.length }),
    longestWaitMs: () => waiting.reduce((most, { sinceMs }) => Math.max(most, clock.monoMs() - sinceMs), 0),
    async empty() {
      if (running.size > 0) await new Promise<void>((resolve) => whenEmpty.push(resolve));
    },
  };
}
