/**
 * What processes hold in memory together, as Linux counts it: PSS, where a page that several share counts once, in parts. Taken
 * from /proc, so it is the system's word and not what a heap says of itself.
 */
import { readdirSync, readFileSync } from "node:fs";

export interface Held {
  pid: number;
  /** "gateway", "motion", "broker", "job" … */
  name: string;
  mb: number;
}

const megabyte = 1024;

/** "Pss:   12345 kB" of smaps_rollup; null where there is no such line. */
export function pssKbIn(rollup: string): number | null {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes);
}

/** The parent's id in /proc/PID/stat: the program's name, in brackets before it, may hold anything. */
export function parentIn(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** All that have `root` above them, itself first. */
export function treeIn(parents: ReadonlyMap<number, number>, root: number): number[] {
  const tree = [root];
  for (let i = 0; i < tree.length; i++)
    for (const [pid, parent] of parents) if (parent === tree[i] && !tree.includes(pid)) tree.push(pid);
  return tree;
}

/** What the processes of a program hold now. One that ends meanwhile holds nothing. */
export function heldBy(root: number): Held[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = textOf(`/proc/${name}/stat`);
    if (stat !== null) parents.set(Number(name), parentIn(stat));
  }
  return treeIn(parents, root).flatMap((pid) => {
    const kilobytes = pssKbIn(textOf(`/proc/${pid}/smaps_rollup`) ?? "");
    if (kilobytes === null) return [];
    const words = textOf(`/proc/${pid}/cmdline`)?.split("\0") ?? [];
    return [{ pid, name: pid === root ? "gateway" : nameOf(words), mb: kilobytes / megabyte }];
  });
}

function nameOf(words: readonly string[]): string {
  const text = words.join(" ");
  if (/motion-process/.test(text)) return "motion";
  if (/serve-broker/.test(text)) return "broker";
  if (/job-process/.test(text)) return "job";
  return /([^/ ]+)$/.exec(words[0] ?? "")?.[1] ?? "?";
}

export const totalMb = (held: readonly Held[]): number => held.reduce((sum, { mb }) => sum + mb, 0);

export function inWords(held: readonly Held[]): string {
  return [...held]
    .sort((a, b) => b.mb - a.mb)
    .map(({ name, mb }) => `${name} ${mb.toFixed(0)}`)
    .join(", ");
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

export interface PeakWatch {
  /** The most since it was begun, and who held it. */
  end(): Held[];
}

/** Looks again and again: what comes and goes between two looks is not seen, and said so by the table's words. */
export function watchPeak(root: number, everyMs: number): PeakWatch {
  let peak: Held[] = [];
  const look = () => {
    const now = heldBy(root);
    if (totalMb(now) > totalMb(peak)) peak = now;
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    end() {
      clearInterval(timer);
      look();
      return peak;
    },
  };
}
