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
  /** machine-id(5); missing where an earlier version wrote it. Tells machines apart, and never that two are one: images carry it. */
  machineId?: string;
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
    machineId: machineIdFiles.map((file) => readOrEmpty(() => readFileSync(file, "utf8").trim())).find(Boolean) ?? "",
  };
}

const machineIdFiles = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/**
 * "unknown": it runs, if at all, where we cannot look (another machine or container). Only one running kernel is surely the same one:
 * its boot id is unique (sd_id128_get_boot(3)), while names and machine-ids of clones are alike (rynfar/meridian issue 905,
 * borgbackup/borg issue 1196). So another boot may be this machine's last one, or a clone that runs.
 */
export function whetherRunning(program: RunningProgram, here: RunningProgram): "running" | "gone" | "unknown" {
  if (!isSameKernel(program, here) || program.pidNamespace !== here.pidNamespace) return "unknown";
  if (!pidExists(program.pid)) return here.bootId === "" ? "unknown" : "gone";
  const ticks = startTicksOf(program.pid);
  return ticks === "" || program.startTicks === "" || ticks === program.startTicks ? "running" : "gone";
}

/** Its wall clock is ours as well. Without boot ids the name is all there is, which proves no end. */
export function isSameKernel(program: RunningProgram, here: RunningProgram): boolean {
  const [theirs, ours] = [program.machineId ?? "", here.machineId ?? ""];
  // Machines that were copied as they ran have one boot id, and a machine-id of their own if somebody gave them one.
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
  // Z is a zombie: gone.
  return fields[0] === "Z" ? "zombie" : (fields[19] ?? "");
}

/** As proc(5) names it: "D" waits in the system for a disk or a driver, and no signal reaches it. Empty where nobody says. */
export function stateOf(pid: number): string {
  return statOf(pid)[0] ?? "";
}

/** From field 3 on: the name in parentheses before it may hold spaces and parentheses. */
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
