/** Backups that the gateway makes by itself and on request. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** A whole one that was read back after it was written. */
export const backupFileSchema = Type.Object(
  { file: Type.String(), madeAtMs: Type.Integer(), bytes: Type.Integer(), rows: Type.Integer() },
  strict,
);

const standing = {
  /** Null: there is none. */
  newestAtMs: nullable(Type.Integer()),
  /** Older than twice the interval. Never where the gateway makes none by itself. */
  isLate: Type.Boolean(),
  /** The last one that was tried, if it failed. */
  failure: nullable(
    Type.Object({ atMs: Type.Integer(), code: Type.String(), zh: Type.String(), en: Type.String() }, strict),
  ),
};

export const backupStandingSchema = Type.Object(standing, strict);

/** waiting: for carriages to stand still. */
export const backupSteps = ["waiting", "writing", "checking"] as const;

/** Files newest first. */
export const backupsViewSchema = Type.Object(
  {
    ...standing,
    files: Type.Array(backupFileSchema),
    running: nullable(
      Type.Object(
        {
          sinceMs: Type.Integer(),
          step: Type.Enum([...backupSteps]),
          /** Rows written of all, then bytes read back of all; null while nobody knows. */
          progress: nullable(Type.Object({ done: Type.Integer(), total: nullable(Type.Integer()) }, strict)),
        },
        strict,
      ),
    ),
    /** 0: none by itself. */
    everyHours: Type.Integer(),
    filesKept: Type.Integer(),
    folder: Type.String(),
  },
  strict,
);

export const makeBackupBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" }) },
  strict,
);

export type BackupFile = Static<typeof backupFileSchema>;
export type BackupStanding = Static<typeof backupStandingSchema>;
export type BackupStep = (typeof backupSteps)[number];
export type BackupsView = Static<typeof backupsViewSchema>;
