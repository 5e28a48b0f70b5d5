import { environmentOf, processes } from "./processes.ts";

/** Processes of jobs of a parent, or with `word` in their environment (Linux). */
export function jobProcesses(parentPid: number | null, word = ""): number[] {
  return processes()
    .filter(({ words, parent }) => words.includes("src/job-process.ts") && (parentPid === null || parent === parentPid))
    .filter(({ pid }) => word === "" || environmentOf(pid).join("\0").includes(word))
    .map(({ pid }) => pid);
}
