import type { Sql, TransactionSql } from "postgres";
import { Refusal } from "../contract/errors.ts";
import type { Migration } from "./known-migrations.ts";
import { programVersion } from "./program-version.ts";

/** A migration as the database recorded it. */
export interface AppliedMigration {
  hash: string;
  atMs: number;
  /** Null in records of the first version. */
  note: MigrationNote | null;
}

export interface MigrationNote {
  name: string;
  /** Program version that began it. */
  program: string;
  isFinished: boolean;
  cursor: string | null;
  rowsDone: number;
  rowsTotal: number;
}

interface RecordRow {
  hash: string;
  created_at: string;
  name: string | null;
  program: string;
  is_finished: boolean;
  cursor: string | null;
  rows_done: string;
  rows_total: string;
}

/**
 * The migrations that the database has had, oldest first: from the first version's table, and from the notes of newer versions.
 */
export async function appliedMigrations(client: Sql | TransactionSql): Promise<AppliedMigration[]> {
  const [there] = await client<{ record: boolean; notes: boolean }[]>`
    SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS record,
           to_regclass('drizzle.migration_notes') IS NOT NULL AS notes`;
  if (!there?.record) return [];
  const rows = there.notes
    ? await client<RecordRow[]>`
        SELECT m.hash, m.created_at::text, n.name, n.program, n.finished_at_ms IS NOT NULL AS is_finished, n.cursor,
               n.rows_done::text, n.rows_total::text
        FROM drizzle.__drizzle_migrations m LEFT JOIN drizzle.migration_notes n USING (hash) ORDER BY m.id`
    : await client<RecordRow[]>`
        SELECT hash, created_at::text, NULL AS name FROM drizzle.__drizzle_migrations ORDER BY id`;
  return rows.map((row) => ({ hash: row.hash, atMs: Number(row.created_at), note: noteOf(row) }));
}

function noteOf(row: RecordRow): MigrationNote | null {
  if (row.name === null) return null;
  const { name, program, is_finished: isFinished, cursor, rows_done, rows_total } = row;
  return { name, program, isFinished, cursor, rowsDone: Number(rows_done), rowsTotal: Number(rows_total) };
}

/** True for a migration that began and did not end. It can only be the last one: no other begins before it has ended. */
export const isUnfinished = ({ note }: AppliedMigration) => note !== null && !note.isFinished;

/** A name for a migration that this program may not know. */
export const nameOf = ({ hash, note }: Pick<AppliedMigration, "hash" | "note">) => note?.name ?? hash.slice(0, 12);

/** Throws database-newer when the database has migrations beyond this program's, database-altered when they differ. */
export function refuseUnknown(applied: readonly AppliedMigration[], known: readonly Migration[]): void {
  const at = applied.findIndex((migration, i) => migration.hash !== known[i]?.hash);
  const found = applied[at];
  if (!found) return;
  const expected = known[at];
  const last = applied.at(-1) ?? found;
  const written = last.note?.program ?? "?";
  if (!expected)
    throw new Refusal("database-newer", {
      written,
      writtenStep: nameOf(last),
      program: programVersion,
      programStep: known.at(-1)?.name ?? "—",
    });
  throw new Refusal("database-altered", {
    step: expected.name,
    found: found.hash.slice(0, 12),
    expected: expected.hash.slice(0, 12),
    written,
    program: programVersion,
  });
}

/** The first version's table, as drizzle's migrator makes it: older programs read it and refuse a newer database. */
export async function makeRecord(tx: TransactionSql): Promise<void> {
  await tx.unsafe("CREATE SCHEMA IF NOT EXISTS drizzle");
  await tx.unsafe(
    "CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)",
  );
}

const now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/** Called in the transaction that runs the migration or, for a step in batches, begins it. */
export async function recordMigration(
  tx: TransactionSql,
  migration: Migration,
  begun?: { rowsTotal: number },
): Promise<void> {
  const { name, hash, atMs } = migration;
  await tx`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${hash}, ${atMs})`;
  const [notes] = await tx<{ there: boolean }[]>`SELECT to_regclass('drizzle.migration_notes') IS NOT NULL AS there`;
  if (!notes?.there) {
    if (begun) throw new Error(`migration ${name} needs drizzle.migration_notes, which an earlier one must make`);
    return;
  }
  await tx`INSERT INTO drizzle.migration_notes (hash, name, program, started_at_ms, finished_at_ms, rows_total)
    VALUES (${hash}, ${name}, ${programVersion}, ${tx.unsafe(now)}, ${tx.unsafe(begun ? "NULL" : now)}, ${begun?.rowsTotal ?? 0})`;
}

/** Called in the batch's own transaction; a null cursor ends the step. */
export async function recordBatch(
  tx: TransactionSql,
  hash: string,
  { cursor, rowsDone }: { cursor: string | null; rowsDone: number },
): Promise<void> {
  await tx`UPDATE drizzle.migration_notes SET cursor = ${cursor}, rows_done = rows_done + ${rowsDone},
    finished_at_ms = ${tx.unsafe(cursor === null ? now : "NULL")} WHERE hash = ${hash}`;
}
