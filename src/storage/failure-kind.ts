/** Whose fault a failed transaction is: what is done next depends on nothing else. */
import { sqlStateOf } from "./database-error.ts";

/**
 * `away`: the database is not to be had, is short of something, or takes no writes; time or a person mends it, and the same work
 * will do. `value`: this row and no other. `refused`: the database does not do this, whoever asks; perhaps it is mended soon.
 * `not-leader`: somebody else has the lead, and writing is theirs.
 */
export type FailureKind = "away" | "value" | "refused" | "not-leader";

/** Of our own functions: a write that names an older epoch than that of the lead. */
const notLeader = "GW001";
/** How deep drizzle and others may wrap a driver's error. */
const causesMax = 8;

/**
 * Classes of PostgreSQL's table of SQLSTATEs that say nothing of the work: 08 connection, 25 read-only, 28 password, 3D no such
 * database, 40 rolled back, 53 resources, 55 not now, 57 shut down or cancelled, 58 the system's own files, XX damaged.
 */
const awayClasses = new Set(["08", "25", "28", "3D", "40", "53", "55", "57", "58", "XX"]);

export function failureKindOf(error: unknown): FailureKind {
  const state = sqlStateOf(error);
  if (state === notLeader) return "not-leader";
  if (state === null) return hasCode(error) ? "away" : "refused";
  if (awayClasses.has(state.slice(0, 2))) return "away";
  return state.startsWith("22") || state.startsWith("23") ? "value" : "refused";
}

/** What a driver, a socket or the storage says has a code; an error without one is our own program's and comes again. */
function hasCode(error: unknown): boolean {
  let at: unknown = error;
  for (let depth = 0; depth < causesMax && typeof at === "object" && at !== null; depth++) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === "string") return code !== "database-nested-use";
    at = cause;
  }
  return false;
}
