/** The folder for files of jobs: limited in size, emptied after each job, and swept of files left by a crash or never fetched. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import { inDiskWords, makeFolder } from "./disk-words.ts";

export interface PassingFolder {
  path: string;
  /** The job is done and one file waits for its reader; `onSwept` is called if it is deleted before it was read. */
  keepOnly(name: string, onSwept: () => void): Promise<void>;
  remove(): Promise<void>;
}

export interface JobsFolder {
  /** Throws jobs-folder-full, job-disk-full, job-folder-closed. Unread files are deleted to make room, the caller's own first. */
  make(source: string): PassingFolder;
  bytes(): number;
  close(): void;
}

const megabyte = 1024 * 1024;
const sweepEveryMsMax = 60_000;
/** Most unread files of one person: with one more, the oldest is deleted. */
const unreadMax = 3;

interface Unread {
  path: string;
  source: string;
  onSwept(): void;
}

export function jobsFolder(folder: string, clock: Clock, limits: { bytesMax: number; keptMsMax: number }): JobsFolder {
  const { bytesMax, keptMsMax } = limits;
  /** When each of this process's folders was made. */
  const madeAtMs = new Map<string, number>();
  /** Oldest first. */
  const unread: Unread[] = [];
  for (const name of namesIn(folder)) {
    const pid = Number(name.split("-")[0]);
    // A folder with this process's own pid is a leftover, too: in a container the process before had the same pid.
    if (pid === process.pid || !isAlive(pid)) remove(join(folder, name));
  }

  /** A download that takes hours keeps its file open, and the system frees it when the last reader closes it. */
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

  function take(one: Unread): void {
    const at = unread.indexOf(one);
    if (at >= 0) unread.splice(at, 1);
    madeAtMs.delete(one.path);
    // Closes its open file: until then the disk's space is not free.
    one.onSwept();
    remove(one.path);
  }

  const unreadOf = (source: string) => unread.filter((one) => one.source === source);

  /** Deletes the oldest unread file: the caller's own first, else of the person with most of them. */
  function makeRoom(asker: string): void {
    while (bytes() >= bytesMax) {
      const own = unreadOf(asker);
      const most = unread.reduce<Unread[]>((so, { source }) => {
        const theirs = unreadOf(source);
        return theirs.length > so.length ? theirs : so;
      }, []);
      const oldest = own.length > 1 ? own[0] : most[0];
      if (!oldest) return;
      take(oldest);
    }
  }

  return {
    bytes,
    make(source) {
      makeRoom(source);
      const own = unreadOf(source);
      for (const one of own.slice(0, Math.max(0, own.length - unreadMax + 1))) take(one);
      if (bytes() >= bytesMax) throw new Refusal("jobs-folder-full", { mbMax: Math.floor(bytesMax / megabyte) });
      try {
        makeFolder(folder);
        const path = mkdtempSync(join(folder, `${process.pid}-`));
        madeAtMs.set(path, clock.monoMs());
        watch();
        return {
          path,
          async keepOnly(name, onSwept) {
            unread.push({ path, source, onSwept });
            for (const other of await readdir(path).catch(() => []))
              if (other !== name) await rm(join(path, other), { force: true });
          },
          remove: () => {
            const waits = unread.find((one) => one.path === path);
            if (waits) unread.splice(unread.indexOf(waits), 1);
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
    // It cannot be removed now: the next sweep or a person will.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was ever put there, or it cannot be read.
    return [];
  }
}

/** One level deep, like all of these folders. */
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
