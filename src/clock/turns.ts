/**
 * Processor priorities: first what moves and stops carriages, then all else, then jobs. Any process may lower its priority, few
 * may raise it. On Linux each thread has its own, inherited from its creator, so it is set for every thread.
 */
import { readdirSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";

const {
  PRIORITY_ABOVE_NORMAL: firstRank,
  PRIORITY_BELOW_NORMAL: stepBack,
  PRIORITY_LOW: lastRank,
} = constants.priority;

/**
 * For motion and STOP's door, before they open anything. If the system does not allow raising, their starter has lowered itself.
 */
export function goFirst(): void {
  if (getPriority() > firstRank) tellThreads(firstRank);
}

/** Whether a child of this process can raise its own priority. Tried out, because rights, limits and namespaces all matter. */
export function mayRise(): boolean {
  const before = getPriority();
  if (before <= firstRank) return false;
  try {
    setPriority(firstRank);
  } catch {
    return false;
  }
  setPriority(before);
  return true;
}

/** Lowers this process, except for one of its threads, and all that it starts from now on. */
export function goBehind(thread: number): void {
  tellThreads(Math.min(lastRank, getPriority() + stepBack), thread);
}

/** For a job: the lowest priority. */
export function goLast(): void {
  tellThreads(lastRank);
}

/** A thread created meanwhile by one that was not set yet is found in the next round. */
function tellThreads(rank: number, but?: number): void {
  const told = new Set(but === undefined ? [] : [but]);
  for (let news = threads(); news.length > 0; news = threads().filter((thread) => !told.has(thread)))
    for (const thread of news) {
      if (told.has(thread)) continue;
      told.add(thread);
      try {
        setPriority(thread, rank);
      } catch {
        // The thread is gone, or this is not allowed here: its priority stays as it is.
      }
    }
}

function threads(): number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    // Not Linux: the process has one priority, and 0 means this process.
    return [0];
  }
}
