import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator";
import type { Sql, TransactionSql } from "postgres";
import { DatabaseError } from "./database-error.ts";

/** Shipped with the code, made by drizzle-kit (`node scripts/migrations.mjs`). */
export const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/** Advisory lock of everything that changes the schema: "guiwei" in ASCII, cut to 31 bits. */
export const schemaLock = 0x67756977;

export interface AppliedMigration {
  hash: string;
  atMs: number;
}

export interface Migrated {
  appliedCount: number;
  /** Hash of the newest migration in the database, or null when there is none at all. */
  hash: string | null;
}

/**
 * Brings the database to the code's schema, in one transaction and one program at a time. Nothing to do is no change.
 * Throws database-newer when it was written by a newer or another build.
 */
export function migrate(client: Sql, folder = migrationsFolder): Promise<Migrated> {
  return client.begin((tx) => migrateInside(tx, folder)) as Promise<Migrated>;
}

/** The same inside a caller's transaction; `throughHash` stops after that migration (restore of an older backup). */
export async function migrateInside(
  tx: TransactionSql,
  folder = migrationsFolder,
  throughHash?: string,
): Promise<Migrated> {
  const known = knownMigrations(folder);
  await tx`SELECT pg_advisory_xact_lock(${schemaLock})`;
  // A new index on a million rows takes what it takes.
  await tx.unsafe("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0");
  const applied = await appliedMigrations(tx);
  refuseUnknown(applied, known);
  let appliedCount = 0;
  for (const migration of known.slice(applied.length)) {
    if (appliedCount === 0) await makeTable(tx);
    for (const statement of migration.sql) if (statement.trim() !== "") await tx.unsafe(statement);
    await tx`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${migration.hash}, ${migration.folderMillis})`;
    appliedCount++;
    if (migration.hash === throughHash) break;
  }
  const last = appliedCount > 0 ? known[applied.length + appliedCount - 1] : applied.at(-1);
  return { appliedCount, hash: last?.hash ?? null };
}

/** Migrations of the code, oldest first; none when the folder is still empty. */
export function knownMigrations(folder = migrationsFolder): MigrationMeta[] {
  if (!existsSync(`${folder}/meta/_journal.json`)) return [];
  return readMigrationFiles({ migrationsFolder: folder });
}

/** What the database has been through, oldest first. Same table as drizzle's own migrator. */
export async function appliedMigrations(client: Sql | TransactionSql): Promise<AppliedMigration[]> {
  const [table] = await client<
    { there: boolean }[]
  >`SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS there`;
  if (!table?.there) return [];
  const rows = await client<{ hash: string; created_at: string }[]>`
    SELECT hash, created_at::text FROM drizzle.__drizzle_migrations ORDER BY created_at, id`;
  return rows.map((row) => ({ hash: row.hash, atMs: Number(row.created_at) }));
}

function refuseUnknown(applied: readonly AppliedMigration[], known: readonly MigrationMeta[]): void {
  const at = applied.findIndex((migration, i) => migration.hash !== known[i]?.hash);
  if (at < 0) return;
  throw new DatabaseError(
    "database-newer",
    at >= known.length
      ? "This database was written by a newer Guiwei. Install that version again, or restore a backup made by this one."
      : "This database was written by another build of Guiwei: its schema has a history of its own. Use the build that made it.",
  );
}

async function makeTable(tx: TransactionSql): Promise<void> {
  await tx.unsafe("CREATE SCHEMA IF NOT EXISTS drizzle");
  await tx.unsafe(
    "CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)",
  );
}
