/** Files in and out: imports, generated workbooks, backups, and the jobs that make them. */
import { Type } from "typebox";
import { backupStandingSchema, backupsViewSchema, makeBackupBody } from "../backups.ts";
import { importViewSchema } from "../catalogue.ts";
import { jobsViewSchema } from "../jobs.ts";
import { listOf } from "../lists.ts";
import { endpoint, nothing } from "./endpoint.ts";
import { idParams } from "./params.ts";

export const workbook = { file: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" } as const;

/** Refusals when a job makes a file for the caller. */
export const jobRefusals = [
  "job-died",
  "job-disk-full",
  "job-folder-closed",
  "job-not-started",
  "job-out-of-memory",
  "job-stopped",
  "job-too-large",
  "job-too-slow",
  "job-waited",
  "jobs-folder-full",
  "jobs-full",
  "jobs-full-own",
] as const;

const tag = "import";
const backups = { tag: "backups", right: "backups" } as const;

export const importActs = ["run", "pause", "resume", "cancel"] as const;
const steered = {
  method: "POST",
  tag,
  right: "import",
  params: idParams,
  status: 202,
  answer: importViewSchema,
  refusals: ["import-file-gone", "import-not-possible"],
} as const;

export const fileEndpoints = {
  getImportTemplate: endpoint({
    method: "GET",
    path: "/api/v1/imports/template.xlsx",
    ...{ tag, right: "import", refusals: jobRefusals },
    answer: workbook,
  }),
  exportCatalogue: endpoint({
    method: "GET",
    path: "/api/v1/export.xlsx",
    ...{ tag, right: "catalogue", refusals: jobRefusals },
    answer: workbook,
  }),
  listImports: endpoint({
    method: "GET",
    path: "/api/v1/imports",
    ...{ tag, right: "import" },
    answer: listOf(importViewSchema),
    formerList: "whole",
  }),
  uploadImport: endpoint({
    method: "POST",
    path: "/api/v1/imports",
    ...{ tag, right: "import", status: 202, idempotency: "off" },
    isUpload: true,
    bodyBytesMax: 100 * 1024 * 1024,
    answer: importViewSchema,
    refusals: [
      "import-file-too-large",
      "import-unreadable",
      "imports-folder-full",
      "imports-full",
      "imports-full-own",
      "job-disk-full",
      "job-folder-closed",
    ],
  }),
  getImport: endpoint({
    method: "GET",
    path: "/api/v1/imports/:id",
    ...{ tag, right: "import", params: idParams },
    answer: importViewSchema,
  }),
  runImport: endpoint({ ...steered, path: "/api/v1/imports/:id/run" }),
  pauseImport: endpoint({ ...steered, path: "/api/v1/imports/:id/pause" }),
  resumeImport: endpoint({ ...steered, path: "/api/v1/imports/:id/resume" }),
  cancelImport: endpoint({ ...steered, path: "/api/v1/imports/:id/cancel" }),
  getImportFaults: endpoint({
    method: "GET",
    path: "/api/v1/imports/:id/errors.xlsx",
    ...{ tag, right: "import", params: idParams },
    answer: workbook,
    refusals: ["import-not-possible", "import-file-gone", ...jobRefusals],
  }),
  getBackups: endpoint({ method: "GET", path: "/api/v1/backups", ...backups, answer: backupsViewSchema }),
  makeBackup: endpoint({
    method: "POST",
    path: "/api/v1/backups",
    ...backups,
    status: 202,
    body: makeBackupBody,
    answer: backupsViewSchema,
    refusals: ["backup-running"],
  }),
  /** Open to everybody: any user who sees that the newest backup is old can tell the administrator. */
  getBackupStanding: endpoint({
    method: "GET",
    path: "/api/v1/backups/standing",
    ...{ tag: "backups", right: "devices" },
    answer: backupStandingSchema,
  }),
  downloadBackup: endpoint({
    method: "GET",
    path: "/api/v1/backups/:file",
    ...backups,
    params: Type.Object({ file: Type.String({ maxLength: 100 }) }),
    answer: { file: "application/gzip" },
  }),
  getJobs: endpoint({
    method: "GET",
    path: "/api/v1/jobs",
    ...{ tag: "jobs", right: "look" },
    answer: jobsViewSchema,
  }),
  /** A caller may stop their own jobs, and backups if they may make them; an import is cancelled by its own endpoint. */
  stopJob: endpoint({
    method: "POST",
    path: "/api/v1/jobs/:id/stop",
    ...{ tag: "jobs", right: "look", params: idParams, status: 204 },
    answer: nothing,
  }),
};
