/**
 * Asks this machine's time programs, without any privileges. The calls are short and bounded, and the programs may be missing.
 */
import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import type { TimeSeen } from "./time-source.ts";

const answerMsMax = 5_000;
const answerBytesMax = 16 * 1024;
const timesyncdFile = "/run/systemd/timesync/synchronized";

export async function askTime(): Promise<TimeSeen> {
  const [chrony, timedatectl, timesyncdAtMs] = await Promise.all([
    said("chronyc", ["-c", "tracking"]),
    said("timedatectl", ["show"]),
    stat(timesyncdFile).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    ),
  ]);
  return { chrony, timedatectl, timesyncdAtMs };
}

/** Null if the program is not installed, fails, or takes too long. */
function said(program: string, words: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const limits = { timeout: answerMsMax, maxBuffer: answerBytesMax, killSignal: "SIGKILL" as const };
    try {
      execFile(program, words, { ...limits, env: { ...process.env, LC_ALL: "C" }, windowsHide: true }, (error, text) =>
        resolve(error ? null : text),
      );
    } catch {
      resolve(null);
    }
  });
}
