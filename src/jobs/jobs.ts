/** The one door to long and foreign work: how many run, how many wait, and that all end with the gateway. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import { type JobKind, type JobKinds, type JobLimits, type JobProgress, jobLimits } from "./job-kinds.ts";
import { runJob } from "./run-job.ts";

export interface JobAsked<K extends JobKind> {
  kind: K;
  asked: JobKinds[K]["asked"];
  /** Who wants it, an actor: nobody's jobs keep all others waiting. */
  source: string;
  /** Files that it makes. */
  files?: readonly string[];
  limits?: Partial<JobLimits>;
  /** What the gateway itself writes for it first; called when its turn has come. */
  prepare?(): Promise<void>;
  signal?: AbortSignal | undefined;
  onProgress?(progress: JobProgress): void;
}

export interface Jobs {
  /**
   * Resolves with what it answers, when its files are there. Rejects with a refusal of its own (`import-unreadable`), or
   * job-out-of-memory, job-too-slow, job-too-large, job-stopped, job-died, jobs-full.
   */
  run<K extends JobKind>(job: JobAsked<K>): Promise<JobKinds[K]["answered"]>;
  /** A folder for files that pass through; `remove` takes it away. Leftovers of a crash go with the next start. */
  folder(): { path: string; remove(): Promise<void> };
  counts(): { running: number; waiting: number };
  /** Stops all and takes no more; resolves when none is left. */
  close(): Promise<void>;
}

export interface JobsSettings {
  /** For files that pass through: what lies in it of a process that is gone is a crash's leftover. */
  folder: string;
  runningMax?: number;
  waitingMax?: number;
  /** Running and waiting of one source. */
  perSourceMax?: number;
  /** The file that a child runs; a test has its own. */
  entry?: string;
}

interface Place {
  source: string;
}

interface Waiting extends Place {
  begin(): void;
}

export function openJobs(settings: JobsSettings): Jobs {
  const { folder, runningMax = 2, waitingMax = 20, perSourceMax = 4, entry = "src/job-process.ts" } = settings;
  // A process lives in the machine's time, whatever clock the room runs by.
  const clock = systemClock();
  const ending = new AbortController();
  const waiting: Waiting[] = [];
  const running = new Set<Place>();
  let whenEmpty = () => {};
  removeLeftovers(folder);

  const countOf = (places: Iterable<Place>, source: string) =>
    [...places].filter((place) => place.source === source).length;

  /** Resolves with a place that is this job's until `leave`; refuses when too many wait already. */
  function enter(source: string, kind: string, signal: AbortSignal): Promise<Place> {
    if (signal.aborted) return Promise.reject(new Refusal("job-stopped", { kind }));
    const isFree = running.size < runningMax;
    if (countOf([...running, ...waiting], source) >= perSourceMax || (!isFree && waiting.length >= waitingMax))
      return Promise.reject(new Refusal("jobs-full", { waiting: waiting.length }));
    if (isFree) {
      const place: Place = { source };
      running.add(place);
      return Promise.resolve(place);
    }
    return new Promise((resolve, reject) => {
      const place: Waiting = { source, begin: () => resolve(place) };
      waiting.push(place);
      signal.addEventListener("abort", () => {
        const at = waiting.indexOf(place);
        if (at < 0) return;
        waiting.splice(at, 1);
        reject(new Refusal("job-stopped", { kind }));
      });
    });
  }

  function leave(place: Place): void {
    running.delete(place);
    if (waiting.length > 0) {
      // Whoever runs least comes first, then whoever waits longest.
      const next = waiting.reduce((first, other) =>
        countOf(running, other.source) < countOf(running, first.source) ? other : first,
      );
      waiting.splice(waiting.indexOf(next), 1);
      running.add(next);
      next.begin();
    }
    if (running.size === 0) whenEmpty();
  }

  async function run<K extends JobKind>(job: JobAsked<K>): Promise<JobKinds[K]["answered"]> {
    const { kind, asked, source, files = [], limits, onProgress } = job;
    const signal = job.signal ? AbortSignal.any([job.signal, ending.signal]) : ending.signal;
    const place = await enter(source, kind, signal);
    try {
      await job.prepare?.();
      const answered = await runJob(entry, clock, {
        ...{ kind, asked, files, signal, limits: { ...jobLimits[kind], ...limits } },
        ...(onProgress ? { onProgress } : {}),
      });
      return answered as JobKinds[K]["answered"];
    } finally {
      leave(place);
    }
  }

  return {
    run,
    folder() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = mkdtempSync(join(folder, `${process.pid}-`));
      return { path, remove: () => rm(path, { recursive: true, force: true }) };
    },
    counts: () => ({ running: running.size, waiting: waiting.length }),
    async close() {
      ending.abort();
      if (running.size === 0) return;
      await new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
    },
  };
}

/** Those of this process's number as well: in a container, the one before had the same. */
function removeLeftovers(folder: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // Nothing was ever left.
  }
  for (const name of names) {
    const pid = Number(name.split("-")[0]);
    if (pid === process.pid || !isAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
