/** Runs one job: a process that is watched from outside, killed for a reason, and leaves nothing half done. */
import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Duplex, Readable } from "node:stream";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { JobLimits, JobLine, JobOrder, JobProgress } from "./job-kinds.ts";
import { type Breach, type JobEnd, type JobOutcome, outcomeOf } from "./outcome.ts";
import { residentBytesOf } from "./read-memory.ts";
import { killChild, startChild } from "./start-child.ts";

export interface JobToRun {
  kind: string;
  asked: unknown;
  limits: JobLimits;
  /** Files that it makes: each grows as `<file>.partial` and is renamed when it is whole. */
  files: readonly string[];
  /** Unfinished files stay when it is stopped or dies: the next try goes on with them. */
  goesOn?: boolean;
  signal?: AbortSignal;
  onProgress?(progress: JobProgress): void;
}

const megabyte = 1024 * 1024;
const lookEveryMs = 100;
/** Time to end after being asked to stop; then it is killed. */
const stopMsMax = 3_000;
const saidCharsMax = 4_000;
/** A job writes little: longer or additional lines are ignored. */
const lineCharsMax = 64 * 1024;
const linesMax = 100_000;

export async function runJob(entry: string, clock: Clock, job: JobToRun): Promise<unknown> {
  const { kind, limits, signal } = job;
  if (signal?.aborted) throw new Refusal("job-stopped", { kind });
  const end = await endOf(entry, clock, job);
  const outcome = outcomeOf(end, kind, limits);
  // Also for a job that was killed between its file and its answer: a file that was never reported is not used.
  if (!(job.goesOn && isCutShort(outcome)))
    for (const file of job.files) for (const rest of restsOf(file)) await rm(rest, { force: true });
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

/** Stopped, or dead by no fault of its input. */
const isCutShort = (outcome: JobOutcome) =>
  "error" in outcome && ["job-stopped", "job-died"].includes((outcome.error as Partial<Refusal>).code ?? "");

/** Names of what an unfinished file leaves: the file itself, and its place. */
export const restsOf = (file: string) => [`${file}.partial`, `${file}.next`, `${file}.place`, `${file}.place.partial`];

function endOf(entry: string, clock: Clock, job: JobToRun): Promise<JobEnd> {
  const { kind, asked, limits, files, signal, onProgress } = job;
  const child = startChild({ entry, words: [String(process.pid)], heapMbMax: limits.heapMbMax });
  // Set before anything else: without a descriptor left the child has no pipes and reports it only by this event, and an 'error'
  // event without listener would end the gateway.
  let whenFailed: () => void = () => {};
  child.once("error", (error) => {
    end.said += `\n${error}`;
    // "close" comes only after a successful start.
    if (child.pid === undefined) end.isUnstarted = true;
    if (child.pid === undefined) whenFailed();
  });
  const end: JobEnd = {
    breach: null,
    answered: null,
    failed: null,
    exitCode: null,
    signal: null,
    said: "",
    isUnstarted: false,
  };
  const cancels: (() => void)[] = [];
  const kill = (breach: Breach) => {
    end.breach ??= breach;
    killChild(child);
  };

  child.stderr?.on("data", (bytes: Buffer) => {
    end.said = (end.said + bytes).slice(-saidCharsMax);
  });
  const words = child.stdio?.[3] as Readable | undefined;
  if (words)
    readLines(words, (line) => {
      if ("progress" in line) onProgress?.(line.progress);
      else if ("answered" in line) end.answered = { value: line.answered };
      else if ("failed" in line) end.failed = line.failed;
      else if ("breach" in line) end.breach ??= "memory";
    });
  // The child may end before it has read anything.
  child.stdin?.on("error", () => {});
  const order: JobOrder = { kind, asked, limits };
  child.stdin?.write(`${JSON.stringify(order)}\n`);

  const look = () => {
    cancels[0] = clock.after(lookEveryMs, look);
    const rssBytes = child.pid === undefined ? null : residentBytesOf(child.pid);
    if (rssBytes !== null && rssBytes > limits.rssMbMax * megabyte) kill("memory");
    else if (bytesOf(files) > limits.resultMbMax * megabyte) kill("size");
  };
  cancels.push(clock.after(lookEveryMs, look));
  cancels.push(clock.after(limits.timeMsMax, () => kill("time")));
  const stop = () => {
    end.breach ??= "stopped";
    child.stdin?.write('"stop"\n');
    cancels.push(clock.after(stopMsMax, () => kill("stopped")));
  };
  signal?.addEventListener("abort", stop, { once: true });

  return new Promise((resolve) => {
    const settle = () => {
      for (const cancel of cancels) cancel();
      signal?.removeEventListener("abort", stop);
      (child.stdin as Duplex | null)?.destroy();
      resolve(end);
    };
    whenFailed = settle;
    if (end.isUnstarted) settle();
    child.once("close", (code, by) => {
      end.exitCode = code;
      end.signal = by;
      settle();
    });
  });
}

function bytesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (statSync(`${file}.partial`, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function readLines(stream: Readable, listener: (line: JobLine) => void): void {
  let pending = "";
  let lines = 0;
  stream.setEncoding("utf8");
  stream.on("error", () => {});
  stream.on("data", (text: string) => {
    const parts = (pending + text).split("\n");
    pending = parts.pop() ?? "";
    if (pending.length > lineCharsMax) pending = "";
    for (const part of parts) {
      if (++lines > linesMax || part.length > lineCharsMax) continue;
      try {
        listener(JSON.parse(part) as JobLine);
      } catch {
        // Not one of our lines.
      }
    }
  });
}
