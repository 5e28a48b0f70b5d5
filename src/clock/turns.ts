/**
 * Whose turn at the processor comes first: what moves and stops steel, then all else, then jobs. Anybody may step back, few may
 * rise. On Linux a rank is a thread's own and a new thread has its maker's, so every thread is told.
 */
import { readdirSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";

const {
  PRIORITY_ABOVE_NORMAL: firstRank,
  PRIORITY_BELOW_NORMAL: stepBack,
  PRIORITY_LOW: lastRank,
} = constants.priority;

/** What moves or stops steel, before it opens anything. Where the system lets nobody rise, its starter stepped back instead. */
export function goFirst(): void {
  if (getPriority() > firstRank) tellThreads(firstRank);
}

/** Whether what this process starts can go before it by itself: tried, for rights, limits and namespaces all have a say. */
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

/** This process but for one of its threads, and all that it starts from now on. */
export function goBehind(thread: number): void {
  tellThreads(Math.min(lastRank, getPriority() + stepBack), thread);
}

/** A job: last in line. */
export function goLast(): void {
  tellThreads(lastRank);
}

/** One that is made meanwhile by a thread that was not told yet is found the next time round. */
function tellThreads(rank: number, but?: number): void {
  const told = new Set(but === undefined ? [] : [but]);
  for (let news = threads(); news.length > 0; news = threads().filter((thread) => !told.has(thread)))
    for (const thread of news) {
      if (told.has(thread)) continue;
      told.add(thread);
      try {
        setPriority(thread, rank);
      } catch {
        // Gone, or not allowed here: it takes its turn like everybody else.
      }
    }
}

function threads(): number[] {
  try {
    return readdirSync("/proc/self/task").map(Number);
  } catch {
    // Not Linux: a process has one rank, and this is its name for itself.
    return [0];
  }
}
