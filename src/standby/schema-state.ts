/** Whether the database's schema is this program's: only a leader brings it forward. */
import type { Sql } from "postgres";
import { knownMigrations } from "../storage/known-migrations.ts";
import { appliedMigrations, isUnfinished, nameOf, refuseUnknown } from "../storage/migration-record.ts";

export type SchemaState =
  /** `refusal`: the database's schema is newer than this program's, or foreign. */
  { is: "same" } | { is: "older" | "unknown"; found: string; wanted: string; refusal: unknown };

export async function schemaState(sql: Sql): Promise<SchemaState> {
  const known = knownMigrations();
  const applied = await appliedMigrations(sql);
  const last = applied.at(-1);
  const named = { found: last ? nameOf(last) : "—", wanted: known.at(-1)?.name ?? "—" };
  try {
    refuseUnknown(applied, known);
  } catch (refusal) {
    return { is: "unknown", ...named, refusal };
  }
  const isWhole = applied.length === known.length && !(last && isUnfinished(last));
  return isWhole ? { is: "same" } : { is: "older", ...named, refusal: null };
}
