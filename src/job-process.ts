/** Entry file of a job's process: maps each kind of job to its work, which is loaded only when needed. */
import type { JobKind, JobKinds } from "./jobs/job-kinds.ts";
import { type JobTools, type JobWork, serveJobs } from "./jobs/serve-jobs.ts";

const works: { [K in JobKind]: (asked: JobKinds[K]["asked"], tools: JobTools) => Promise<JobKinds[K]["answered"]> } = {
  "read-table": async (asked, tools) => (await import("./catalogue/import/parse-table.ts")).parseTable(asked, tools),
  "compare-rows": async (asked, tools) =>
    (await import("./catalogue/import/compare-rows.ts")).compareRows(asked, tools),
  "write-workbook": async (asked, { progress }) =>
    (await import("./workbooks/write-workbook.ts")).writeWorkbook(asked, progress),
  "write-reads": async (asked, { progress }) => (await import("./replay/write-reads.ts")).writeReads(asked, progress),
  "write-backup": async (asked, { progress }) =>
    (await import("./storage/write-backup.ts")).writeBackup(asked, progress),
  "check-backup": async ({ file }, { progress }) =>
    (await import("./storage/check-backup.ts")).checkBackup(file, progress),
};

serveJobs(works as Readonly<Record<string, JobWork>>);
