/** Processes of a gateway, as Linux tells of them. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

export const doorEntry = "src/stop-door/door-process.ts";
export const motionEntry = "src/motion/motion-process.ts";

/** Children of the gateway on this folder that were started with that word; none that has ended. */
export function childPids(dataDir: string, word: string): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const motion = JSON.parse(readFileSync(join(dataDir, "motion/running.json"), "utf8")) as { pid: number };
  const parent = lines.find(([pid]) => Number(pid) === motion.pid)?.[1];
  return lines
    .filter(([, ppid, stat, ...args]) => ppid === parent && !stat?.startsWith("Z") && args.join(" ").includes(word))
    .map(([pid]) => Number(pid));
}

const listens = "0A";

/** Which of them listens on a port of this machine; null: none. */
export function listeningPid(pids: readonly number[], port: number): number | null {
  const sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => linesOf(file).slice(1));
  const inodes = sockets
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === listens && Number.parseInt(local?.split(":")[1] ?? "", 16) === port)
    .map((fields) => `socket:[${fields[9]}]`);
  return pids.find((pid) => filesOf(pid).some((target) => inodes.includes(target))) ?? null;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}

function filesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return [];
      }
    });
  } catch {
    // It has ended.
    return [];
  }
}
