/** How long a loop was held: it turns every few milliseconds, and the longest turn is told. */
import { constants, setPriority } from "node:os";

const turnMs = 5;

export interface LoopWatch {
  /** The longest since it was last taken, the one under way included. */
  takeMs(): number;
}

export function watchLoop(): LoopWatch {
  let turnedAtMs = performance.now();
  let longestMs = 0;
  const note = () => {
    longestMs = Math.max(longestMs, performance.now() - turnedAtMs - turnMs);
  };
  function turn(): void {
    note();
    turnedAtMs = performance.now();
    setTimeout(turn, turnMs);
  }
  setTimeout(turn, turnMs);
  return {
    takeMs() {
      note();
      const taken = longestMs;
      longestMs = 0;
      return taken;
    },
  };
}

/** What motion asks for itself, so that machine and motion are compared at the same rank; not every system grants it. */
export function askForMotionsRank(): void {
  try {
    setPriority(process.pid, constants.priority.PRIORITY_ABOVE_NORMAL);
  } catch {}
}
