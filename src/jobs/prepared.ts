/** Writes a job's input under the job's own limits: a database page that does not come delays neither a stop nor a close. */
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";

interface Preparing {
  kind: string;
  timeMsMax: number;
  signal: AbortSignal;
}

/** Rejects at once with job-stopped or job-too-slow; `work` is told by its signal, and its later outcome is ignored. */
export async function prepared(
  clock: Clock,
  { kind, timeMsMax, signal }: Preparing,
  work: (ends: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopped = () => new Refusal("job-stopped", { kind });
  if (signal.aborted) throw stopped();
  const ends = new AbortController();
  const working = work(ends.signal);
  await new Promise<void>((resolve, reject) => {
    const end = (why: Refusal) => {
      ends.abort();
      reject(why);
    };
    const stop = () => end(stopped());
    const cancel = clock.after(timeMsMax, () =>
      end(new Refusal("job-too-slow", { kind, secondsMax: Math.ceil(timeMsMax / 1000) })),
    );
    signal.addEventListener("abort", stop, { once: true });
    const settled = () => {
      cancel();
      signal.removeEventListener("abort", stop);
    };
    working.finally(settled).then(resolve, reject);
    ends.signal.addEventListener("abort", settled, { once: true });
  });
}
