/** The only way to start jobs. It limits how many run and wait, reports progress, and ends them all with the gateway. */
import { randomUUID } from "node:crypto";
import { systemClock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { JobPhase, JobUnit } from "../contract/jobs.ts";
import { type JobKind, type JobKinds, type JobLimits, type JobProgress, jobTable } from "./job-kinds.ts";
import { makeQueue, type QueueLimits } from "./job-queue.ts";
import { jobsFolder, type PassingFolder } from "./jobs-folder.ts";
import { prepared } from "./prepared.ts";
import { runJob } from "./run-job.ts";

export interface JobAsked<K extends JobKind> {
  kind: K;
  asked: JobKinds[K]["asked"];
  /** The actor who wants it: the limits are by source. */
  source: string;
  /** The file that is made or read, in the terms of contract/jobs.ts. */
  about?: string;
  /** The gateway's own job (an import, a backup), one at a time: no download takes its place. */
  isOwn?: boolean;
  /** Files that the job makes. */
  files?: readonly string[];
  limits?: Partial<JobLimits>;
  /** Writes the job's input; called when its turn has come. `signal`: it is stopped, or its time is over. */
  prepare?(onRows: (rows: number) => void, signal: AbortSignal): Promise<void>;
  signal?: AbortSignal | undefined;
  onPhase?(phase: JobPhase): void;
  onProgress?(progress: JobProgress): void;
}

/** The present state of a job. */
export interface JobSeen extends JobProgress {
  id: string;
  kind: string;
  about: string;
  source: string;
  isOwn: boolean;
  phase: JobPhase;
  unit: JobUnit;
  ahead: number;
  askedAtMs: number;
}

export interface JobFigures extends QueueLimits {
  running: number;
  waiting: number;
  longestWaitMs: number;
  folderBytes: number;
  folderBytesMax: number;
  /** Counts since the start, by kind and by code ("done" for an orderly end). */
  ended: readonly { kind: string; outcome: string; count: number }[];
}

export interface Jobs {
  /**
   * Resolves with the job's answer when its files exist. Rejects with the job's own refusal (`import-unreadable`), or
   * job-out-of-memory, job-too-slow, job-too-large, job-stopped, job-died, jobs-full, jobs-full-own, job-waited.
   */
  run<K extends JobKind>(job: JobAsked<K>): Promise<JobKinds[K]["answered"]>;
  /** A folder for files of jobs; `remove` deletes it. The next start deletes leftovers of a crash. */
  folder(source?: string): PassingFolder;
  seen(): JobSeen[];
  /** False when there is no job with this id. */
  stop(id: string): boolean;
  counts(): { running: number; waiting: number };
  figures(): JobFigures;
  /** Called for every job that changed, at most a few times a second each, and when it has ended. */
  follow(listener: (job: JobSeen, hasEnded: boolean) => void): void;
  /** Stops all jobs and accepts no more; resolves when none is left. */
  close(): Promise<void>;
}

export interface JobsSettings extends Partial<QueueLimits> {
  /** Folder for files of jobs; files in it that belong to an ended process are leftovers of a crash. */
  folder: string;
  folderBytesMax?: number;
  /** A file that is older is deleted. */
  keptMsMax?: number;
  /** The file that a child runs; tests have their own. */
  entry?: string;
}

const entryDefault = "src/job-process.ts";
const gigabyte = 1024 ** 3;
/** Outcomes are codes of the error table and kinds are few, so this is more than all pairs. */
const outcomesMax = 500;

interface Entry extends Omit<JobSeen, "ahead"> {
  stop: AbortController;
  ahead(): number;
}

export function openJobs(settings: JobsSettings): Jobs {
  const { runningMax = 2, waitingMax = 20, perSourceMax = 4, waitMsMax = 10 * 60_000 } = settings;
  const { folderBytesMax = 6 * gigabyte, keptMsMax = 2 * 3_600_000 } = settings;
  // A process runs in real time, whatever clock the room uses.
  const clock = systemClock();
  const limits: QueueLimits = { runningMax, waitingMax, perSourceMax, waitMsMax };
  const queue = makeQueue(clock, limits);
  const passing = jobsFolder(settings.folder, clock, { bytesMax: folderBytesMax, keptMsMax });
  const ending = new AbortController();
  const entries = new Map<string, Entry>();
  const ended = new Map<string, { kind: string; outcome: string; count: number }>();
  const listeners: ((job: JobSeen, hasEnded: boolean) => void)[] = [];

  const seenOf = ({ stop: _, ahead, ...entry }: Entry): JobSeen => ({ ...entry, ahead: ahead() });
  function tell(entry: Entry, hasEnded = false): void {
    for (const listener of listeners) listener(seenOf(entry), hasEnded);
  }

  function count(kind: string, outcome: string): void {
    const key = `${kind} ${outcome}`;
    const line = ended.get(key) ?? { kind, outcome, count: 0 };
    line.count++;
    if (ended.size < outcomesMax) ended.set(key, line);
  }

  async function run<K extends JobKind>(job: JobAsked<K>): Promise<JobKinds[K]["answered"]> {
    const { kind, source, about = kind, isOwn = false } = job;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, ending.signal, ...(job.signal ? [job.signal] : [])]);
    const asking = { source, kind, isOwn, signal };
    const entry: Entry = {
      ...{ id: randomUUID(), kind, about, source, isOwn, phase: "waiting", done: 0, total: null },
      ...{ unit: jobTable[kind]?.unit ?? "rows", askedAtMs: clock.nowMs(), stop, ahead: () => queue.ahead(asking) },
    };
    const enter = (phase: JobPhase) => {
      Object.assign(entry, { phase, done: 0, total: null, share: undefined });
      tell(entry);
      job.onPhase?.(phase);
    };
    entries.set(entry.id, entry);
    try {
      const turn = queue.enter(asking);
      enter("waiting");
      const leave = await turn;
      try {
        const answered = await work(job, entry, signal, enter);
        count(kind, "done");
        return answered;
      } finally {
        leave();
      }
    } catch (error) {
      count(kind, error instanceof Refusal ? error.code : "error");
      throw error;
    } finally {
      entries.delete(entry.id);
      tell(entry, true);
    }
  }

  async function work<K extends JobKind>(
    job: JobAsked<K>,
    entry: Entry,
    signal: AbortSignal,
    enter: (phase: JobPhase) => void,
  ): Promise<JobKinds[K]["answered"]> {
    const { kind, asked, files = [], limits } = job;
    const rules = jobTable[kind];
    const onProgress = (progress: JobProgress) => {
      Object.assign(entry, progress);
      tell(entry);
      job.onProgress?.(progress);
    };
    if (job.prepare) {
      enter("preparing");
      const { timeMsMax } = { ...rules?.limits, ...limits } as JobLimits;
      const prepare = job.prepare.bind(job);
      await prepared(clock, { kind, timeMsMax, signal }, (ends) =>
        prepare((done) => ends.aborted || onProgress({ done, total: null }), ends),
      );
    }
    enter("working");
    return (await runJob(settings.entry ?? entryDefault, clock, {
      ...{ kind, asked, files, signal, onProgress, goesOn: rules?.goesOn ?? false },
      limits: { ...rules?.limits, ...limits } as JobLimits,
    })) as JobKinds[K]["answered"];
  }

  return {
    run,
    folder: (source = "gateway") => passing.make(source),
    seen: () => [...entries.values()].map(seenOf),
    stop(id) {
      const entry = entries.get(id);
      entry?.stop.abort();
      return entry !== undefined;
    },
    counts: () => queue.counts(),
    figures: () => ({
      ...{ ...limits, ...queue.counts(), longestWaitMs: queue.longestWaitMs() },
      ...{ folderBytes: passing.bytes(), folderBytesMax, ended: [...ended.values()] },
    }),
    follow: (listener) => void listeners.push(listener),
    async close() {
      ending.abort();
      passing.close();
      await queue.empty();
    },
  };
}
