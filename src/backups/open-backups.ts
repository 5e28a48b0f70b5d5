/** Backups of the running gateway, with either database. */
import { join } from "node:path";
import type { Jobs } from "../jobs/jobs.ts";
import { backupJob, backupServing } from "../storage/backup-serving.ts";
import type { Database } from "../storage/open-database.ts";
import { type Backups, type BackupsDeps, runBackups } from "./run-backups.ts";

export interface OpenBackups
  extends Pick<BackupsDeps, "context" | "folder" | "filesKept" | "everyHours" | "notStill" | "onFailure"> {
  database: Database;
  jobs: Jobs;
  /** Folder for the copy of the embedded database that a backup is written from. */
  dataFolder: string;
}

export function openBackups({ database, jobs, dataFolder, ...deps }: OpenBackups): Backups {
  const { clock } = deps.context;
  return runBackups({
    ...deps,
    write: (file, signal, onProgress) =>
      backupServing(database, file, {
        ...{ clock, jobs, signal, copyFolder: join(dataFolder, "backup-copy") },
        ...(onProgress ? { onProgress } : {}),
      }),
    check: (file, signal, onProgress) =>
      jobs.run({ ...backupJob, kind: "check-backup", asked: { file }, signal, ...(onProgress ? { onProgress } : {}) }),
  });
}
