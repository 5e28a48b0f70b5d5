import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ChildStart {
  /** One of the entries of `bin/run.mjs`, "src/job-process.ts"; a file outside src/ is run as written (tests). */
  entry: string;
  words?: readonly string[];
  /** Limit of V8's heap; buffers are outside it. */
  heapMbMax: number;
}

const first = fileURLToPath(new URL("../../bin/child.mjs", import.meta.url));

/**
 * Starts a process of this same program, from the bundle that the parent runs from, in a process group of its own, so that a
 * signal from the terminal goes to the parent only. stdin is a pipe that closes when the parent is gone, stdout is ignored,
 * stderr is for error messages, and the child reports through descriptor 3.
 */
export function startChild({ entry, words = [], heapMbMax }: ChildStart): ChildProcess {
  return spawn(process.execPath, [`--max-old-space-size=${heapMbMax}`, first, entry, ...words], {
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    detached: true,
    windowsHide: true,
  });
}

/** Kills it and everything it started; true when there was something to kill. */
export function killChild(child: ChildProcess): boolean {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
  try {
    process.kill(-child.pid, "SIGKILL");
    return true;
  } catch {
    // No process groups here, or its group does not exist yet.
    return child.kill("SIGKILL");
  }
}
