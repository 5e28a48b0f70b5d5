import { readdirSync, readFileSync } from "node:fs";

/** Jobs' processes of a parent, or of whoever has `word` in its environment (Linux). */
export function jobProcesses(parentPid: number | null, word = ""): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("src/job-process.ts")) return false;
        const ppid = Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
        if (parentPid !== null && ppid !== parentPid) return false;
        return word === "" || readFileSync(`/proc/${pid}/environ`, "utf8").includes(word);
      } catch {
        // Gone meanwhile.
        return false;
      }
    });
}
