/** One job from its start to its end: a process, watched from outside, killed for a reason, leaving nothing half done. */
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
  /** What is unfinished stays when it is stopped or dies: its next try goes on there. */
  goesOn?: boolean;
  signal?: AbortSignal;
  onProgress?(progress: JobProgress): void;
}

const megabyte = 1024 * 1024;
const lookEveryMs = 100;
/** After being asked to stop; then it is killed. */
const stopMsMax = 3_000;
const saidCharsMax = 4_000;
/** A job says little: what is longer, or more often, is passed over. */
const lineCharsMax = 64 * 1024;
const linesMax = 100_000;

export async function runJob(entry: string, clock: Clock, job: JobToRun): Promise<unknown> {
  const { kind, limits, signal } = job;
  if (signal?.aborted) throw new Refusal("job-stopped", { kind });
  const end = await endOf(entry, clock, job);
  const outcome = outcomeOf(end, kind, limits);
  // Also of one that was killed between its file and its last word: what nobody was told of is nobody's.
  if (!(job.goesOn && isCutShort(outcome)))
    for (const file of job.files) for (const rest of restsOf(file)) await rm(rest, { force: true });
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

/** Stopped or dead by no fault of what it read. */
const isCutShort = (outcome: JobOutcome) =>
  "error" in outcome && ["job-stopped", "job-died"].includes((outcome.error as Partial<Refusal>).code ?? "");

/** What an unfinished file leaves beside it: itself, and how far it is. */
export const restsOf = (file: string) => [`${file}.partial`, `${file}.next`, `${file}.place`, `${file}.place.partial`];

function endOf(entry: string, clock: Clock, job: JobToRun): Promise<JobEnd> {
  const { kind, asked, limits, files, signal, onProgress } = job;
  const child = startChild({ entry, words: [String(process.pid)], heapMbMax: limits.heapMbMax });
  // Before anything else: without a descriptor left it has no pipes, and says so only by this event, which unheard ends us.
  let whenFailed: () => void = () => {};
  child.once("error", (error) => {
    end.said += `\n${error}`;
    // "close" comes only after a start.
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
  // It may be gone before it has read a word.
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
        // Not a word of ours.
      }
    }
  });
}
