/** Backups that the gateway makes on schedule or on request. */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** A complete backup that was read back after it was written. */
export const backupFileSchema = Type.Object(
  { file: Type.String(), madeAtMs: Type.Integer(), bytes: Type.Integer(), rows: Type.Integer() },
  strict,
);

const standing = {
  /** Null: there is no backup. */
  newestAtMs: nullable(Type.Integer()),
  /** The newest backup is older than twice the interval. Always false where the gateway makes no scheduled backups. */
  isLate: Type.Boolean(),
  /** The failure of the last try, if it failed. */
  failure: nullable(
    Type.Object({ atMs: Type.Integer(), code: Type.String(), zh: Type.String(), en: Type.String() }, strict),
  ),
};

export const backupStandingSchema = Type.Object(standing, strict);

/** waiting: until all carriages stand still. */
export const backupSteps = ["waiting", "writing", "checking"] as const;

/** The files are sorted newest first. */
export const backupsViewSchema = Type.Object(
  {
    ...standing,
    files: Type.Array(backupFileSchema),
    running: nullable(
      Type.Object(
        {
          sinceMs: Type.Integer(),
          step: Type.Enum([...backupSteps]),
          /** First rows written, then bytes read back, each of a total that is null while unknown. */
          progress: nullable(Type.Object({ done: Type.Integer(), total: nullable(Type.Integer()) }, strict)),
        },
        strict,
      ),
    ),
    /** Interval of scheduled backups, hours; 0: none. */
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
