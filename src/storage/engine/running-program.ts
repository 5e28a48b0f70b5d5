import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Enough to tell one run of a program from any other: a pid alone is used again. Empty strings where the system tells nothing. */
export interface RunningProgram {
  pid: number;
  hostname: string;
  /** Changes at every boot (Linux). */
  bootId: string;
  /** Pids mean something only inside their namespace: containers each have their own pid 1. */
  pidNamespace: string;
  /** Clock ticks since boot at which the program started (proc(5), stat field 22). */
  startTicks: string;
}

export function thisProgram(): RunningProgram {
  return programOf(process.pid);
}

/** Of this machine and pid namespace. */
export function programOf(pid: number): RunningProgram {
  return {
    pid,
    hostname: hostname(),
    bootId: readOrEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pidNamespace: readOrEmpty(() => readlinkSync("/proc/self/ns/pid")),
    startTicks: startTicksOf(pid),
  };
}

/** "unknown": it runs, if at all, where we cannot look (another machine or container). */
export function whetherRunning(program: RunningProgram, here: RunningProgram): "running" | "gone" | "unknown" {
  if (program.hostname === here.hostname && program.bootId !== here.bootId) return "gone";
  if (program.bootId !== here.bootId || program.pidNamespace !== here.pidNamespace) return "unknown";
  if (program.bootId === "" && program.hostname !== here.hostname) return "unknown";
  if (!pidExists(program.pid)) return "gone";
  const ticks = startTicksOf(program.pid);
  return ticks === "" || program.startTicks === "" || ticks === program.startTicks ? "running" : "gone";
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startTicksOf(pid: number): string {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return "";
  return readOrEmpty(() => {
    const stat = readFileSync(path, "utf8");
    // The name in parentheses may hold spaces and parentheses; field 3 follows the last one. Z is a zombie: gone.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "zombie" : (fields[19] ?? "");
  });
}

function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
