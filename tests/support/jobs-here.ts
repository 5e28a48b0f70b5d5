/**
 * The work of src/job-process.ts in the test's own thread, for rows that a test only needs to stand there: two processes an
 * import are most of what it takes, and they go last on a machine that is busy. What a process is for (limits, stops, deaths,
 * places to go on from) is tested with `testJobs` and on a whole gateway.
 */
import { compareRows } from "../../src/catalogue/import/compare-rows.ts";
import { parseTable } from "../../src/catalogue/import/parse-table.ts";
import type { JobKind, JobKinds } from "../../src/jobs/job-kinds.ts";
import type { JobAsked, Jobs } from "../../src/jobs/jobs.ts";
import { checkBackup } from "../../src/storage/check-backup.ts";
import { testJobs } from "./jobs.ts";

const never = new AbortController().signal;

export const jobsHere: Jobs = { ...testJobs, run: runHere };

async function runHere<K extends JobKind>(job: JobAsked<K>): Promise<JobKinds[K]["answered"]> {
  const { signal = never, asked, kind } = job;
  await job.prepare?.(() => {}, signal);
  const tools = { signal, isWanted: () => true, progress: () => {} };
  if (kind === "read-table") return parseTable(asked as JobKinds["read-table"]["asked"], tools);
  if (kind === "compare-rows") return compareRows(asked as JobKinds["compare-rows"]["asked"], tools);
  if (kind === "check-backup") return checkBackup((asked as JobKinds["check-backup"]["asked"]).file, () => {});
  throw new Error(`${kind} is not done here: use testJobs`);
}
