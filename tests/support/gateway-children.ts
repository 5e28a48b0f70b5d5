/** Processes that a test's gateway has started, found by their command and by the data folder in their environment. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { doorEntry, listeningPid, motionEntry } from "./child-pids.ts";
import { environmentOf, processes } from "./processes.ts";

const entries = { motion: motionEntry, broker: "src/devices/broker/serve-broker.ts", door: doorEntry } as const;
export type ChildName = keyof typeof entries;

/** Null while there is none. Of two doors the serving one: the other is a stand-by. */
export function childPid(dataDir: string, name: ChildName): number | null {
  if (name === "motion") return runningMotion(dataDir);
  const pids = processes()
    .filter(({ isZombie, words }) => !isZombie && words.includes(entries[name]))
    .map(({ pid }) => pid)
    .filter((pid) => environmentOf(pid).includes(`DATA_DIR=${dataDir}`));
  return name === "door" ? listeningPid(pids) : (pids[0] ?? null);
}

/** The one that drives: another may be starting already. */
function runningMotion(dataDir: string): number | null {
  try {
    return (JSON.parse(readFileSync(join(dataDir, "motion/running.json"), "utf8")) as { pid: number }).pid;
  } catch {
    return null;
  }
}

export function childOf(dataDir: string, name: ChildName): number {
  const pid = childPid(dataDir, name);
  if (pid === null) throw new Error(`no ${name} runs`);
  return pid;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
