import type { ErrorCode } from "../contract/errors.ts";
import { leadOverState, standbyWroteState } from "../storage/lead-session.ts";
import { constraintCodes } from "./constraint-codes.ts";

interface DriverError {
  code?: unknown;
  constraint?: unknown;
  constraint_name?: unknown;
  cause?: unknown;
}

const lostConnection = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Disk full, read only, damaged, the embedded engine ended, and the lead lost. */
const storageCodes: Readonly<Record<string, ErrorCode>> = {
  "53100": "storage-full",
  "25006": "storage-not-writable",
  XX001: "storage-damaged",
  XX002: "storage-damaged",
  "database-stopped": "storage-stopped",
  [leadOverState]: "lead-over",
  [standbyWroteState]: "lead-over",
};

/** The input cannot be stored: U+0000 in a text, or a number beyond its type. */
const unstorable = new Set(["22021", "22P05", "22003", "22P02"]);

/**
 * The code for an error of the database, or null if it has none. Drizzle keeps the driver's error in `cause`; PGlite names the
 * constraint in `constraint`, postgres.js in `constraint_name`.
 */
export function codeOfDatabaseError(error: unknown): { code: ErrorCode; constraint: string | null } | null {
  let at: DriverError | null = error as DriverError;
  for (let depth = 0; at && typeof at === "object" && depth < 4; depth++) {
    const state: string = typeof at.code === "string" ? at.code : "";
    if (/^23\d{3}$/.test(state)) {
      const constraint = String(at.constraint ?? at.constraint_name ?? "");
      const known = Object.hasOwn(constraintCodes, constraint) ? constraintCodes[constraint] : undefined;
      return { code: known ?? "conflict", constraint };
    }
    if (Object.hasOwn(storageCodes, state)) return { code: storageCodes[state] as ErrorCode, constraint: null };
    if (unstorable.has(state)) return { code: "value-unstorable", constraint: null };
    // Serialisation failure, deadlock, lock not available: nothing was done, trying again is right.
    if (state === "40001" || state === "40P01" || state === "55P03") return { code: "conflict", constraint: null };
    // Connection exceptions, too many connections, shutting down.
    if (/^08/.test(state) || state === "53300" || /^57P0[1-3]$/.test(state) || lostConnection.has(state))
      return { code: "database-away", constraint: null };
    at = (at.cause ?? null) as DriverError | null;
  }
  return null;
}
