import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sql } from "postgres";
import { Refusal } from "../contract/errors.ts";
import { migrationsFolder } from "./known-migrations.ts";

interface Snapshot {
  tables: Record<string, { name: string; columns: Record<string, { type: string; notNull: boolean }> }>;
}

const differencesToldMax = 5;

/**
 * Throws database-shape when a table or column of the house is missing, added or of another type: changed by hand, it would
 * fail in the middle of somebody's work, or make a backup that cannot be restored. Tables of others are left alone.
 */
export async function refuseOtherShape(client: Sql, folder = migrationsFolder): Promise<void> {
  const { entries } = JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8")) as {
    entries: { idx: number; tag: string }[];
  };
  const last = entries.at(-1);
  if (!last) return;
  const file = join(folder, `meta/${String(last.idx).padStart(4, "0")}_snapshot.json`);
  const { tables } = JSON.parse(readFileSync(file, "utf8")) as Snapshot;
  const wanted = new Map<string, string>();
  for (const { name, columns } of Object.values(tables))
    for (const [column, { type, notNull }] of Object.entries(columns))
      wanted.set(`${name}.${column}`, said(type, notNull));
  const found = await columnsOf(
    client,
    Object.values(tables).map(({ name }) => name),
  );
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  const differences = names.filter((name) => wanted.get(name) !== found.get(name));
  if (differences.length === 0) return;
  const told = differences
    .slice(0, differencesToldMax)
    .map((name) => `${name}: ${found.get(name) ?? "—"} ≠ ${wanted.get(name) ?? "—"}`);
  if (differences.length > told.length) told.push(`… (${differences.length})`);
  throw new Refusal("database-shape", { step: last.tag, differences: told.join(", ") });
}

const said = (type: string, notNull: boolean) => `${type}${notNull ? " NOT NULL" : ""}`;

async function columnsOf(client: Sql, tables: readonly string[]): Promise<Map<string, string>> {
  const rows = await client<{ name: string; type: string; not_null: boolean }[]>`
    SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY (${tables as string[]})`;
  return new Map(rows.map(({ name, type, not_null }) => [name, said(type, not_null)]));
}
