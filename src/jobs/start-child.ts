import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ChildStart {
  /** One of the entries of `bin/run.mjs`, "src/job-process.ts"; a file outside src/ is run as written (tests). */
  entry: string;
  words?: readonly string[];
  /** Of what V8 manages; buffers lie outside. */
  heapMbMax: number;
}

const first = fileURLToPath(new URL("../../bin/child.mjs", import.meta.url));

/**
 * Starts a process of this same program from the bundle that the parent runs from, in a process group of its own: a signal
 * from the terminal is the parent's affair. stdin is a pipe that closes when the parent is gone, stdout is nobody's, stderr is
 * for last words, and what it has to say comes through descriptor 3.
 */
export function startChild({ entry, words = [], heapMbMax }: ChildStart): ChildProcess {
  return spawn(process.execPath, [`--max-old-space-size=${heapMbMax}`, first, entry, ...words], {
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    detached: true,
    windowsHide: true,
  });
}

/** Ends it and whatever it started, at once; true when there was something to end. */
export function killChild(child: ChildProcess): boolean {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
  try {
    process.kill(-child.pid, "SIGKILL");
    return true;
  } catch {
    // No process groups here, or its group is not made yet.
    return child.kill("SIGKILL");
  }
}
