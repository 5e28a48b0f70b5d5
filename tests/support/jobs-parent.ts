/** Stands in for a gateway that is killed while its jobs run (tests/faults/jobs.test.ts). */
import { openJobs } from "../../src/jobs/jobs.ts";

const [folder = "", entry = "", ...pidFiles] = process.argv.slice(2);
const jobs = openJobs({ folder, entry });
const limits = { heapMbMax: 128, rssMbMax: 400, timeMsMax: 600_000, resultMbMax: 1 };
for (const [i, pidFile] of pidFiles.entries())
  void jobs.run({ kind: (i === 0 ? "spin" : "wait-deaf") as never, asked: { pidFile } as never, source: "a", limits });
