/** Finds a gateway's listening process in Linux's /proc. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { childrenOf, processes } from "./processes.ts";

export const doorEntry = "src/stop-door/door-process.ts";
export const motionEntry = "src/motion/motion-process.ts";

/** Living children of the gateway on this folder that were started with that word. */
export function childPids(dataDir: string, word: string): number[] {
  const motion = JSON.parse(readFileSync(join(dataDir, "motion/running.json"), "utf8")) as { pid: number };
  const parent = processes().find(({ pid }) => pid === motion.pid)?.parent;
  return parent === undefined ? [] : childrenOf(parent, word).map(({ pid }) => pid);
}

const listens = "0A";

/** The one that listens on a port of this machine, or on any port; null: none. */
export function listeningPid(pids: readonly number[], port: number | null = null): number | null {
  const sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => linesOf(file).slice(1));
  const isAt = (local = "") => port === null || Number.parseInt(local.split(":")[1] ?? "", 16) === port;
  const inodes = sockets
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === listens && isAt(local))
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
