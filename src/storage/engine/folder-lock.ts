import { randomUUID } from "node:crypto";
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { type Clock, sleep } from "../../clock/clock.ts";
import { sentence } from "../../contract/errors.ts";
import { DatabaseError } from "../database-error.ts";
import { isSameKernel, type RunningProgram, thisProgram, whetherRunning } from "./running-program.ts";

export interface FolderLock {
  /** Throws database-lock-lost when another program took the folder; otherwise touches the lock. */
  refresh(): void;
  release(): void;
}

export interface FolderLockDeps {
  readText?(path: string): string;
  /** Called with both languages when a start has to wait for a holder that may run where it cannot be checked. */
  say?(line: string): void;
}

interface LockText extends RunningProgram {
  token: string;
  sinceMs: number;
}

/** How often a holder touches its lock, for programs on another machine or in another container that cannot check its pid. */
export const lockRefreshMs = 5_000;
const lockSilenceMs = 3 * lockRefreshMs;
const lookMs = 500;
const takeoverGuardMs = 10_000;
const attemptsMax = 5;

/**
 * Allows one program for each data folder: two would silently lose each other's rows. The lock is a file, not flock (Node has
 * none). A dead holder is detected by its pid and start time; one on another machine or in another container by a lock that is no
 * longer touched.
 */
export async function lockFolder(
  dataDir: string,
  clock: Clock,
  { readText = textOf, say = () => {} }: FolderLockDeps = {},
): Promise<FolderLock> {
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "guiwei.lock");
  const guard = `${path}.takeover`;
  const mine: LockText = { ...thisProgram(), token: randomUUID(), sinceMs: clock.nowMs() };
  const text = `${JSON.stringify(mine)}\n`;

  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (createWhole(path, text)) return held(path, mine, folder, readText);
    const stale = await refuseIfHeld({ path, folder, mine, clock, say });
    if (stale === "absent") continue;
    // The holder is gone. Only one program may take over at a time, and only the lock that it judged.
    if (!createWhole(guard, text)) {
      if (Date.now() - mtimeMs(guard) > takeoverGuardMs) rmSync(guard, { force: true });
      await sleep(clock, 100);
      continue;
    }
    try {
      if (stampOf(path) !== stale) continue;
      const fresh = `${path}.${mine.token}`;
      writeFileSync(fresh, text);
      renameSync(fresh, path);
      return held(path, mine, folder, readText);
    } finally {
      rmSync(guard, { force: true });
    }
  }
  throw new DatabaseError("database-locked", `The data folder ${folder} is being opened by another program right now.`);
}

function held(path: string, mine: LockText, folder: string, readText: (path: string) => string): FolderLock {
  return {
    refresh() {
      const now = read(path, readText);
      // Touched all the same: a program that waits for this one to fall silent must not be misled.
      if (now === "no-descriptor") return utimesSync(path, new Date(), new Date());
      if (now?.token !== mine.token)
        throw new DatabaseError(
          "database-lock-lost",
          `Another program (pid ${now?.pid ?? "unknown"}) took the data folder ${folder}.`,
        );
      utimesSync(path, new Date(), new Date());
    },
    release() {
      const now = read(path);
      if (now !== "no-descriptor" && now?.token === mine.token) rmSync(path, { force: true });
    },
  };
}

interface Judging {
  path: string;
  folder: string;
  mine: LockText;
  clock: Clock;
  say(line: string): void;
}

/** The stamp of a lock that nobody holds, or "absent"; throws database-locked. */
async function refuseIfHeld({ path, folder, mine, clock, say }: Judging): Promise<string> {
  const stamp = stampOf(path);
  const holder = read(path);
  if (holder === "no-descriptor")
    throw new DatabaseError("database-locked", `No more files can be opened to see whether ${folder} is in use.`);
  // Unreadable because a power loss cut it short: nobody holds it.
  if (!holder) return mtimeMs(path) === 0 ? "absent" : stamp;
  const isOneClock = isSameKernel(holder, mine);
  let state = whetherRunning(holder, mine);
  if (state === "unknown") {
    const params = { folder, hostname: holder.hostname, pid: holder.pid, waitS: lockSilenceMs / 1000 };
    for (const language of ["zh", "en"] as const) say(sentence("database-lock-watched", language, params));
    state = await watch(path, clock, isOneClock);
  }
  if (state === "gone") return stamp;
  const isNamesake = holder.hostname === mine.hostname && !isOneClock;
  const elsewhere = isNamesake ? ` on another machine named ${holder.hostname}` : ` on ${holder.hostname}`;
  const where = holder.hostname === mine.hostname && isOneClock ? "" : elsewhere;
  throw new DatabaseError(
    "database-locked",
    `The data folder ${folder} is in use by another Guiwei (pid ${holder.pid}${where}) since ${new Date(holder.sinceMs).toISOString()}. ` +
      "Stop that one first, or give this one a folder of its own.",
  );
}

/** Changes with every touch and every holder. */
function stampOf(path: string): string {
  const holder = read(path);
  return `${mtimeMs(path)} ${typeof holder === "string" ? holder : (holder?.token ?? "")}`;
}

/**
 * Waits until a holder that cannot be checked has touched its lock or has been silent for too long. Earlier silence counts only
 * if one clock stamps both files: another machine's may be minutes off.
 */
async function watch(path: string, clock: Clock, isOneClock: boolean): Promise<"running" | "gone"> {
  const before = mtimeMs(path);
  const silentMs = isOneClock ? Math.max(0, Date.now() - before) : 0;
  const untilMs = clock.monoMs() + lockSilenceMs - silentMs;
  while (mtimeMs(path) === before) {
    const leftMs = untilMs - clock.monoMs();
    if (leftMs <= 0) return "gone";
    await sleep(clock, Math.min(leftMs, lookMs));
  }
  return mtimeMs(path) === 0 ? "gone" : "running";
}

/** The file appears with its whole text or not at all: a reader must never see an empty lock. */
function createWhole(path: string, text: string): boolean {
  const fresh = `${path}.${randomUUID()}`;
  writeFileSync(fresh, text);
  try {
    linkSync(fresh, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
}

const textOf = (path: string) => readFileSync(path, "utf8");

/** "no-descriptor": this process or machine can open no more files just now, which says nothing about the lock. */
function read(path: string, readText = textOf): LockText | "no-descriptor" | null {
  try {
    return JSON.parse(readText(path)) as LockText;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EMFILE" || code === "ENFILE" ? "no-descriptor" : null;
  }
}

/**
 * 0 when there is no such file. It is opened first, because a network file system answers a bare stat from its cache (nfs(5)).
 */
function mtimeMs(path: string): number {
  try {
    closeSync(openSync(path, "r"));
  } catch {
    // The file is gone, or no descriptor is left: the cached value is better than none.
  }
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
