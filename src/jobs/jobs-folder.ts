/** The folder of files that pass through: limited, emptied after each job, and swept of what a crash or a sleeper left. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import { inDiskWords, makeFolder } from "./disk-words.ts";

export interface PassingFolder {
  path: string;
  remove(): Promise<void>;
}

export interface JobsFolder {
  /** Throws jobs-folder-full, job-disk-full, job-folder-closed. */
  make(): PassingFolder;
  bytes(): number;
  close(): void;
}

const megabyte = 1024 * 1024;
const sweepEveryMsMax = 60_000;

export function jobsFolder(folder: string, clock: Clock, limits: { bytesMax: number; keptMsMax: number }): JobsFolder {
  const { bytesMax, keptMsMax } = limits;
  /** When each of ours was made. */
  const madeAtMs = new Map<string, number>();
  for (const name of namesIn(folder)) {
    const pid = Number(name.split("-")[0]);
    // Of this process's number as well: in a container, the one before had the same.
    if (pid === process.pid || !isAlive(pid)) remove(join(folder, name));
  }

  /** A download that is read for hours keeps its open file, which the system removes with the last reader. */
  function sweep(): void {
    const beforeMs = clock.monoMs() - keptMsMax;
    for (const [path, atMs] of madeAtMs) {
      if (atMs > beforeMs) continue;
      madeAtMs.delete(path);
      remove(path);
    }
  }
  let cancel: (() => void) | null = null;
  function watch(): void {
    cancel?.();
    cancel = null;
    if (madeAtMs.size === 0) return;
    cancel = clock.after(Math.min(sweepEveryMsMax, keptMsMax), () => {
      sweep();
      watch();
    });
  }

  const bytes = () => namesIn(folder).reduce((sum, name) => sum + bytesIn(join(folder, name)), 0);

  return {
    bytes,
    make() {
      if (bytes() >= bytesMax) throw new Refusal("jobs-folder-full", { mbMax: Math.floor(bytesMax / megabyte) });
      try {
        makeFolder(folder);
        const path = mkdtempSync(join(folder, `${process.pid}-`));
        madeAtMs.set(path, clock.monoMs());
        watch();
        return {
          path,
          remove: () => {
            madeAtMs.delete(path);
            watch();
            return rm(path, { recursive: true, force: true });
          },
        };
      } catch (error) {
        throw inDiskWords(error, folder);
      }
    },
    close: () => cancel?.(),
  };
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Not ours to remove: the next sweep or a person will.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was ever put there, or it may not be looked into.
    return [];
  }
}

/** One level deep, as all of ours are. */
function bytesIn(path: string): number {
  return namesIn(path).reduce((sum, name) => {
    // It may be gone meanwhile.
    return sum + (statSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
