export type DatabaseErrorCode =
  | "database-locked"
  | "database-lock-lost"
  | "database-unreachable"
  | "database-refused"
  | "database-not-guarded"
  | "database-too-old"
  | "database-stopped"
  | "database-disk-full"
  | "database-not-writable"
  | "database-damaged"
  | "database-not-empty"
  | "database-nested-use"
  | "backup-unreadable";

/** A storage failure in plain words; bare PostgreSQL errors keep their own class and SQLSTATE. */
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;
  /** Parameters of the code's sentence, if it needs more than the message. */
  readonly params: Readonly<Record<string, string>>;

  constructor(code: DatabaseErrorCode, message: string, cause?: unknown, params: Record<string, string> = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "DatabaseError";
    this.code = code;
    this.params = params;
  }
}

/** How deep drizzle and other layers may wrap a driver's error. */
const causesMax = 8;

/** SQLSTATE of a failed statement ("23505"), searched through `cause`; null when PostgreSQL did not raise the error. */
export function sqlStateOf(error: unknown): string | null {
  const found = findPostgresError(error);
  return found ? found.code : null;
}

/** Name of the violated constraint, searched through `cause`; null when there was none. */
export function constraintOf(error: unknown): string | null {
  const found = findPostgresError(error);
  return found?.constraint_name ?? null;
}

interface PostgresFields {
  code: string;
  severity?: string;
  constraint_name?: string;
}

function findPostgresError(error: unknown): PostgresFields | null {
  let at: unknown = error;
  for (let depth = 0; depth < causesMax && typeof at === "object" && at !== null; depth++) {
    const fields = at as Partial<PostgresFields> & { cause?: unknown };
    if (typeof fields.code === "string" && /^[0-9A-Z]{5}$/.test(fields.code) && fields.severity !== undefined)
      return fields as PostgresFields;
    at = fields.cause;
  }
  return null;
}
