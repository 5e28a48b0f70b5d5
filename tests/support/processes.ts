/** Running processes, read from Linux's /proc, without any system tool. */
import { readdirSync, readFileSync } from "node:fs";

export interface RunningProcess {
  pid: number;
  parent: number;
  /** Ended, but not yet reaped by its parent. */
  isZombie: boolean;
  /** Its command line, separated by spaces. */
  words: string;
}

export function processes(): RunningProcess[] {
  return numbersIn("/proc").flatMap((pid) => {
    try {
      const [state, parent] = statOf(`/proc/${pid}`);
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return [{ pid, parent: Number(parent), isZombie: state === "Z", words }];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

/** Living children of a parent; `word` must be in the command line. */
export const childrenOf = (parent: number, word = ""): RunningProcess[] =>
  processes().filter((one) => one.parent === parent && !one.isZombie && one.words.includes(word));

/** The process, all its children, and theirs. */
export function familyOf(pid: number): number[] {
  const all = processes();
  const found = [pid];
  for (const one of found) for (const { pid, parent } of all) if (parent === one) found.push(pid);
  return found;
}

/** Entries NAME=value; empty for a process that has ended. */
export function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** Nice value of each thread, -20 the highest priority, 19 the lowest. */
export function ranksOf(pid: number): number[] {
  return numbersIn(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      return [Number(statOf(`/proc/${pid}/task/${thread}`)[16])];
    } catch {
      return [];
    }
  });
}

/** The fields after the name, which may contain any character. */
function statOf(folder: string): string[] {
  return readFileSync(`${folder}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
