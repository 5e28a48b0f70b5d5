import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Identifies one run of a program: a pid alone is reused. Empty strings where the system does not say. */
export interface RunningProgram {
  pid: number;
  hostname: string;
  /** Changes at every boot (Linux). */
  bootId: string;
  /** Pids are valid only inside their namespace: every container has its own pid 1. */
  pidNamespace: string;
  /** Clock ticks since boot at which the program started (proc(5), stat field 22). */
  startTicks: string;
  /**
   * machine-id(5); missing in locks of an earlier version. Different ids prove different machines; equal ids prove nothing,
   * because images contain them.
   */
  machineId?: string;
}

export function thisProgram(): RunningProgram {
  return programOf(process.pid);
}

/** For a pid of this machine and namespace. */
export function programOf(pid: number): RunningProgram {
  return {
    pid,
    hostname: hostname(),
    bootId: readOrEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pidNamespace: readOrEmpty(() => readlinkSync("/proc/self/ns/pid")),
    startTicks: startTicksOf(pid),
    machineId: machineIdFiles.map((file) => readOrEmpty(() => readFileSync(file, "utf8").trim())).find(Boolean) ?? "",
  };
}

const machineIdFiles = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/**
 * "unknown": if it runs, then where this process cannot check (another machine or container). Only a running kernel is surely the
 * same: its boot id is unique (sd_id128_get_boot(3)), while names and machine-ids of clones are equal (rynfar/meridian issue 905,
 * borgbackup/borg issue 1196). So another boot id may be this machine's earlier boot, or a clone that runs.
 */
export function whetherRunning(program: RunningProgram, here: RunningProgram): "running" | "gone" | "unknown" {
  if (!isSameKernel(program, here) || program.pidNamespace !== here.pidNamespace) return "unknown";
  if (!pidExists(program.pid)) return here.bootId === "" ? "unknown" : "gone";
  const ticks = startTicksOf(program.pid);
  return ticks === "" || program.startTicks === "" || ticks === program.startTicks ? "running" : "gone";
}

/** True if both programs read the same wall clock. Without boot ids only the machine's name is known, which proves nothing. */
export function isSameKernel(program: RunningProgram, here: RunningProgram): boolean {
  const [theirs, ours] = [program.machineId ?? "", here.machineId ?? ""];
  // Machines that were copied while running share a boot id, and differ in their machine-id only if somebody changed it.
  if (theirs !== "" && ours !== "" && theirs !== ours) return false;
  return program.bootId === here.bootId && (here.bootId !== "" || program.hostname === here.hostname);
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
  const fields = statOf(pid);
  // Z is a zombie, so the program has ended.
  return fields[0] === "Z" ? "zombie" : (fields[19] ?? "");
}

/** The state as in proc(5): "D" waits in the kernel for a disk or a driver, and gets no signal. Empty where unknown. */
export function stateOf(pid: number): string {
  return statOf(pid)[0] ?? "";
}

/** Fields from 3 on: the name in parentheses before them may contain spaces and parentheses. */
function statOf(pid: number): string[] {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return [];
  const stat = readOrEmpty(() => readFileSync(path, "utf8"));
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
