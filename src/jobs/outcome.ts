/** Why a job ended as it did, as a code with its sentence. Pure. */
import { type ErrorCode, errorTable, Refusal } from "../contract/errors.ts";
import type { JobLimits, JobLine } from "./job-kinds.ts";

/** Why its parent killed it. */
export type Breach = "memory" | "time" | "size" | "stopped";

export interface JobEnd {
  breach: Breach | null;
  /** Its last answer, if it gave one. */
  answered: { value: unknown } | null;
  failed: Extract<JobLine, { failed: unknown }>["failed"] | null;
  exitCode: number | null;
  signal: string | null;
  /** The end of its output to stderr. */
  said: string;
  /** The system had no process or no descriptor for it. */
  isUnstarted?: boolean;
}

export type JobOutcome = { value: unknown } | { error: Error };

/** V8 aborts a process whose heap is full, and says so; a buffer that does not fit is an error of its own. */
const heapIsFull = /heap out of memory|Array buffer allocation failed|Invalid array length|Invalid string length/;

export function outcomeOf(end: JobEnd, kind: string, limits: JobLimits): JobOutcome {
  const { breach, answered, failed, exitCode, signal, said } = end;
  const tooMuch = () => new Refusal("job-out-of-memory", { kind, memoryMbMax: limits.rssMbMax });
  // A job that was stopped and still finished has finished.
  if (answered && exitCode === 0) return { value: answered.value };
  if (end.isUnstarted) return { error: new Refusal("job-not-started", { kind, detail: lastLine(said) }) };
  if (breach === "stopped") return { error: new Refusal("job-stopped", { kind }) };
  if (breach === "memory") return { error: tooMuch() };
  if (breach === "time")
    return { error: new Refusal("job-too-slow", { kind, secondsMax: Math.ceil(limits.timeMsMax / 1000) }) };
  if (breach === "size") return { error: new Refusal("job-too-large", { kind, resultMbMax: limits.resultMbMax }) };
  if (heapIsFull.test(failed?.message ?? said)) return { error: tooMuch() };
  if (failed) return { error: errorOf(failed) };
  const how = signal ?? `exit ${exitCode}`;
  return { error: new Refusal("job-died", { kind, detail: said.trim() === "" ? how : `${how}: ${lastLine(said)}` }) };
}

/** A refusal becomes a Refusal again; any other error keeps its code. */
function errorOf({ code, message, params }: NonNullable<JobEnd["failed"]>): Error {
  if (params !== null && code !== null && code in errorTable) return new Refusal(code as ErrorCode, params);
  return Object.assign(new Error(message), code === null ? {} : { code });
}

function lastLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  // The line that names an error comes before its stack.
  return (lines.find((line) => /Error|FATAL/.test(line)) ?? lines.at(-1) ?? "").trim().slice(0, 300);
}
