/** Running processes as Linux tells of them in /proc: no tool of the system is needed. */
import { readdirSync, readFileSync } from "node:fs";

export interface RunningProcess {
  pid: number;
  parent: number;
  /** Ended, and not yet taken note of. */
  isZombie: boolean;
  /** Its words, with a space between. */
  words: string;
}

export function processes(): RunningProcess[] {
  return numbersIn("/proc").flatMap((pid) => {
    try {
      const [state, parent] = statOf(`/proc/${pid}`);
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return [{ pid, parent: Number(parent), isZombie: state === "Z", words }];
    } catch {
      // Gone meanwhile.
      return [];
    }
  });
}

/** Of one parent, and alive; `word` is part of the words. */
export const childrenOf = (parent: number, word = ""): RunningProcess[] =>
  processes().filter((one) => one.parent === parent && !one.isZombie && one.words.includes(word));

/** With all that it started, and what those started. */
export function familyOf(pid: number): number[] {
  const all = processes();
  const found = [pid];
  for (const one of found) for (const { pid, parent } of all) if (parent === one) found.push(pid);
  return found;
}

/** NAME=value, one each; empty of one that is gone. */
export function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** By thread: what each asks for, -20 the first, 19 the last. */
export function ranksOf(pid: number): number[] {
  return numbersIn(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      return [Number(statOf(`/proc/${pid}/task/${thread}`)[16])];
    } catch {
      return [];
    }
  });
}

/** The fields after the name, which may hold anything. */
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
