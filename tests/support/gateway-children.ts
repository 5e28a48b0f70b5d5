/** Processes that a test's gateway has started, found in /proc by what they run and by the data folder in their environment. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const entries = {
  motion: "src/motion/motion-process.ts",
  broker: "src/devices/broker/serve-broker.ts",
  door: "src/stop-door/door-process.ts",
} as const;
export type ChildName = keyof typeof entries;

/** Null while there is none. */
export function childPid(dataDir: string, name: ChildName): number | null {
  if (name === "motion") return runningMotion(dataDir);
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      // Of a zombie both are empty.
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!words.includes(entries[name])) continue;
      if (readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`DATA_DIR=${dataDir}`)) return Number(pid);
    } catch {
      // Ended meanwhile.
    }
  }
  return null;
}

/** The one that drives: another may boot already. */
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
