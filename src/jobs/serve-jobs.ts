/** The child's side of run-job.ts: runs the process's one job at the lowest priority. */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { goLast } from "../clock/turns.ts";
import { Refusal } from "../contract/errors.ts";
import { messageOf } from "../contract/told-error.ts";
import type { JobLine, JobOrder, JobProgress } from "./job-kinds.ts";

export interface JobTools {
  /** Sent at most a few times a second, however often it is called. */
  progress(done: number, total?: number | null, share?: number): void;
  /** True while the gateway is there: an orphaned job must not rename its file, because another try may be making it by now. */
  isWanted(): boolean;
  /** Aborted when the job is asked to stop: it has a moment to end in order. */
  signal: AbortSignal;
}

export type JobWork = (asked: never, tools: JobTools) => Promise<unknown>;

const toldEveryMs = 200;
const watchEveryMs = 200;
const megabyte = 1024 * 1024;

/** Called once, by the process's first file. Does not return: the process ends with its job. */
export function serveJobs(works: Readonly<Record<string, JobWork>>): void {
  goLast();
  const stopping = new AbortController();
  const lines = createInterface({ input: process.stdin });
  let isBegun = false;
  lines.on("line", (line) => {
    const word = JSON.parse(line) as JobOrder | "stop";
    if (word === "stop") return stopping.abort();
    if (isBegun) return;
    isBegun = true;
    void work(works, word, stopping.signal);
  });
  // The pipe from the parent closes when the parent is gone, for whatever reason.
  lines.on("close", () => process.exit(1));
}

async function work(works: Readonly<Record<string, JobWork>>, order: JobOrder, signal: AbortSignal): Promise<void> {
  watch(order.limits.rssMbMax);
  try {
    const job = works[order.kind];
    if (!job) throw new Error(`no such job: ${order.kind}`);
    const answered = await job(order.asked as never, { progress: teller(), isWanted, signal });
    tell({ answered: answered ?? null });
    process.exit(0);
  } catch (error) {
    const { code = null } = error as { code?: string | null };
    const params = error instanceof Refusal ? error.params : null;
    tell({ failed: { code, message: messageOf(error), params } });
    process.exit(1);
  }
}

/** Written synchronously, because the next line may be its last. */
function tell(line: JobLine): void {
  writeSync(3, `${JSON.stringify(line)}\n`);
}

function teller(): JobTools["progress"] {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (done, total = null, share) => {
    if (performance.now() - toldAtMs < toldEveryMs) return;
    toldAtMs = performance.now();
    const progress: JobProgress = { done, total, ...(share === undefined ? {} : { share }) };
    tell({ progress });
  };
}

const parentPid = () => Number(process.argv.at(-1));
const isWanted = () => process.ppid === parentPid();

function watch(rssMbMax: number): void {
  const looksAtMemory = process.platform !== "linux";
  const workerData = { parentPid: parentPid(), rssBytesMax: rssMbMax * megabyte, everyMs: watchEveryMs, looksAtMemory };
  new Worker(new URL("./child-watch.mjs", import.meta.url), { workerData, execArgv: [] }).unref();
}
