/**
 * Free space of the disks that hold the gateway's data, and problems with them in words. This is public, so it contains no path.
 */
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const diskLineSchema = Type.Object(
  {
    /** DATA_DIR or BACKUP_DIR. */
    folder: Type.Enum(["data", "backups"]),
    state: Type.Enum(["ok", "low", "full", "not-writable", "unknown"]),
    freeBytes: nullable(Type.Integer()),
    totalBytes: nullable(Type.Integer()),
  },
  strict,
);

/** A problem with a disk; each says what to do. */
export const storageProblemSchema = Type.Object({ code: Type.String(), zh: Type.String(), en: Type.String() }, strict);

export type DiskLine = Static<typeof diskLineSchema>;
export type StorageProblem = Static<typeof storageProblemSchema>;
