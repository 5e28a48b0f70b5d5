import type { TransactionSql } from "postgres";
import { Refusal } from "../contract/errors.ts";
import { notKept, quoted, type TableShape, tablesOf } from "./backup.ts";
import type { BackupHeader } from "./backup-format.ts";
import { DatabaseError } from "./database-error.ts";
import type { Migration } from "./known-migrations.ts";
import { migrateInside } from "./migrate.ts";
import { programVersion } from "./program-version.ts";

/** Throws database-not-empty when a table of the gateway holds a row. */
export async function refuseUnlessEmpty(tx: TransactionSql): Promise<void> {
  for (const { name } of (await tablesOf(tx)).filter((table) => !notKept.has(table.name))) {
    const [row] = await tx.unsafe<{ any: boolean }[]>(`SELECT EXISTS (SELECT 1 FROM public.${quoted(name)}) AS any`);
    if (row?.any)
      throw new DatabaseError(
        "database-not-empty",
        `The database is not empty (table ${name} holds rows). Restore into an empty one, or use --force to replace everything in it.`,
      );
  }
}

/** Creates the schema as it was when the backup was made; the database's earlier content is gone when this commits. */
export async function remakeSchema(
  tx: TransactionSql,
  header: BackupHeader,
  migrations: readonly Migration[],
): Promise<TableShape[]> {
  const through = refuseUnknownHistory(header, migrations);
  await dropEverything(tx);
  await migrateInside(tx, { migrations, through, isSchemaOnly: true });
  const tables = await tablesOf(tx);
  // Rows that a migration inserted are in the backup as well.
  if (tables.length > 0) await tx.unsafe(`TRUNCATE ${tables.map(({ name }) => `public.${quoted(name)}`).join(", ")}`);
  const shape = (all: readonly { name: string; columns: readonly string[] }[]) =>
    JSON.stringify(all.map(({ name, columns }) => [name, columns]));
  if (
    shape(header.tables) !==
    shape(tables.map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name) })))
  )
    throw otherSchema("其中的表与其结构不符 / its tables are not those of its schema");
  return tables;
}

/** The last migration of a history that begins like this program's. Throws backup-newer, backup-other-schema. */
function refuseUnknownHistory(header: BackupHeader, known: readonly Migration[]): string {
  const at = header.migrations.findIndex(({ hash }, i) => hash !== known[i]?.hash);
  const last = header.migrations.at(-1);
  if (!last) throw otherSchema("没有结构记录 / it names no schema");
  const found = header.migrations[at];
  if (!found) return last.hash;
  const expected = known[at];
  if (!expected)
    throw new Refusal("backup-newer", {
      written: header.program ?? "?",
      writtenStep: last.name ?? last.hash.slice(0, 12),
      program: programVersion,
      programStep: known.at(-1)?.name ?? "—",
    });
  throw otherSchema(`${expected.name}: ${found.hash.slice(0, 12)} ≠ ${expected.hash.slice(0, 12)}`);
}

const otherSchema = (detail: string) => new Refusal("backup-other-schema", { program: programVersion, detail });

/** Drops everything of ours in `public` (not what an extension created) and drizzle's record of migrations. */
async function dropEverything(tx: TransactionSql): Promise<void> {
  const drops = await tx<{ statement: string }[]>`
    SELECT statement FROM (
      SELECT CASE c.relkind WHEN 'S' THEN 2 WHEN 'r' THEN 1 WHEN 'p' THEN 1 ELSE 0 END AS turn, c.oid, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
             format('public.%I', c.relname) AS name
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      UNION ALL
      SELECT 3, p.oid, CASE p.prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::regprocedure::text
      FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
      UNION ALL
      SELECT 4, t.oid, CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, format('public.%I', t.typname)
      FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
    ) AS ours,
    LATERAL (SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name) AS statement) AS s
    WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = ours.oid AND d.deptype = 'e')
    ORDER BY turn`;
  for (const { statement } of drops) await tx.unsafe(statement);
  await tx.unsafe("DROP SCHEMA IF EXISTS drizzle CASCADE");
}

/** Removes foreign keys and triggers so that rows may come in any order; the returned function puts them back and checks them. */
export async function withoutChecks(tx: TransactionSql, tables: readonly TableShape[]): Promise<() => Promise<void>> {
  const keys = await tx<{ table: string; name: string; definition: string }[]>`
    SELECT conrelid::regclass::text AS table, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0`;
  for (const { table, name } of keys) await tx.unsafe(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  for (const { name } of tables) await tx.unsafe(`ALTER TABLE public.${quoted(name)} DISABLE TRIGGER USER`);
  return async () => {
    for (const { name } of tables) await tx.unsafe(`ALTER TABLE public.${quoted(name)} ENABLE TRIGGER USER`);
    for (const { table, name, definition } of keys)
      await tx.unsafe(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
  };
}
