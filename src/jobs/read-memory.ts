import { readFileSync } from "node:fs";

/** Linux counts in pages of 4 kB, except on some ARM machines with 16 or 64 kB; `VmRSS` is in kB everywhere. */
const resident = /^VmRSS:\s+(\d+) kB$/m;

/** Memory of a process as the system counts it; null where it does not say (not Linux, or the process is gone). */
export function residentBytesOf(pid: number): number | null {
  try {
    const kilobytes = resident.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
