/** Classifies a failed transaction by its cause; the caller's next step depends on nothing else. */
import { sqlStateOf } from "./database-error.ts";

/**
 * `away`: the database is unreachable, short of a resource or read-only; it recovers with time or by a person, and the same work
 * then succeeds. `value`: this one row is at fault. `refused`: the database refuses this statement for every row, perhaps not for
 * long. `not-leader`: another gateway leads, and only it may write.
 */
export type FailureKind = "away" | "value" | "refused" | "not-leader";

/** Raised by our own functions: a write under an epoch older than the current lead's. */
const notLeader = "GW001";
/** How deep drizzle and other layers may wrap a driver's error. */
const causesMax = 8;

/**
 * SQLSTATE classes that say nothing about the work: 08 connection, 25 read-only, 28 password, 3D no such database, 40 rolled
 * back, 53 resources, 55 not now, 57 shut down or cancelled, 58 the system's own files, XX damaged.
 */
const awayClasses = new Set(["08", "25", "28", "3D", "40", "53", "55", "57", "58", "XX"]);

export function failureKindOf(error: unknown): FailureKind {
  const state = sqlStateOf(error);
  if (state === notLeader) return "not-leader";
  if (state === null) return hasCode(error) ? "away" : "refused";
  if (awayClasses.has(state.slice(0, 2))) return "away";
  return state.startsWith("22") || state.startsWith("23") ? "value" : "refused";
}

/** Errors of drivers, sockets and storage have a code; an error without one is a fault of our program and would come again. */
function hasCode(error: unknown): boolean {
  let at: unknown = error;
  for (let depth = 0; depth < causesMax && typeof at === "object" && at !== null; depth++) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === "string") return code !== "database-nested-use";
    at = cause;
  }
  return false;
}
