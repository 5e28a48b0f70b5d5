import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sql } from "postgres";
import { Refusal } from "../contract/errors.ts";
import { migrationsFolder } from "./known-migrations.ts";

interface Snapshot {
  tables: Record<string, SnapshotTable>;
}

/** A table in the snapshot that drizzle-kit writes. */
interface SnapshotTable {
  name: string;
  /** Empty for public. */
  schema: string;
  columns: Record<string, { type: string; notNull: boolean }>;
  compositePrimaryKeys: Record<string, { columns: string[] }>;
}

const differencesToldMax = 5;
const serials: Readonly<Record<string, string>> = { serial: "integer", bigserial: "bigint", smallserial: "smallint" };

/**
 * Throws database-shape when a column of the gateway is missing, added or of another type. A schema changed by hand would
 * otherwise fail in the middle of somebody's work, or make a backup that cannot be restored. Tables of other programs are
 * ignored.
 */
export async function refuseOtherShape(client: Sql, folder = migrationsFolder): Promise<void> {
  const { entries } = JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8")) as {
    entries: { idx: number; tag: string }[];
  };
  const last = entries.at(-1);
  if (!last) return;
  const file = join(folder, `meta/${String(last.idx).padStart(4, "0")}_snapshot.json`);
  const snapshot = JSON.parse(readFileSync(file, "utf8")) as Snapshot;
  const tables = Object.values(snapshot.tables).filter(({ schema }) => schema === "");
  const wanted = await columnsWanted(client, tables);
  const found = await columnsFound(client, tables);
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

/** Types as PostgreSQL itself names them, without lengths: "varchar(20)" becomes character varying. */
async function columnsWanted(client: Sql, tables: readonly SnapshotTable[]): Promise<Map<string, string>> {
  const columns = tables.flatMap(({ name, columns, compositePrimaryKeys }) => {
    const keys = new Set(Object.values(compositePrimaryKeys).flatMap((key) => key.columns));
    return Object.entries(columns).map(([column, { type, notNull }]) => {
      return { name: `${name}.${column}`, type: serials[type] ?? type, notNull: notNull || keys.has(column) };
    });
  });
  const types = [...new Set(columns.map(({ type }) => type))];
  const rows = await client<{ type: string; plain: string | null }[]>`
    SELECT type, format_type(to_regtype(type), NULL) AS plain FROM unnest(${types}::text[]) AS t(type)`;
  const plain = new Map(rows.map((row) => [row.type, row.plain]));
  return new Map(columns.map(({ name, type, notNull }) => [name, said(plain.get(type) ?? type, notNull)]));
}

async function columnsFound(client: Sql, tables: readonly SnapshotTable[]): Promise<Map<string, string>> {
  const rows = await client<{ name: string; type: string; not_null: boolean }[]>`
    SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS not_null
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND c.relname = ANY (${tables.map(({ name }) => name)})`;
  return new Map(rows.map(({ name, type, not_null }) => [name, said(type, not_null)]));
}
