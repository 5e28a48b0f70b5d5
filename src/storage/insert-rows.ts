/**
 * Inserts many rows by one statement with one parameter. Drizzle's `values` makes a parameter of each cell: for 800 lines of a
 * result these were 12 800, built in 100 ms and more during which nothing else could run.
 */
import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Db, Tx } from "./db.ts";

export interface InsertOptions<T extends PgTable> {
  /** An existing row with equal values in these columns is updated and keeps its primary key. Default: it is an error. */
  orUpdateBy?: readonly PgColumn[];
  /** Values for such an update: a column of the table is its stored value, `given(column)` the new one. */
  merge?: { [Key in keyof T["$inferInsert"]]?: SQL };
}

/** The column's value in the row that was to be inserted. */
export const given = ({ name }: PgColumn): SQL => sql`EXCLUDED.${sql.identifier(name)}`;

/**
 * `rows` name the table's columns as drizzle does, all of them the same ones as the first; other columns get their defaults.
 * Values are what JSON can carry: null, booleans, numbers, texts, and objects and lists for jsonb. With `orUpdateBy` at most one
 * row of a key may be given; else SQLSTATE 21000.
 */
export async function insertRows<T extends PgTable>(
  tx: Db | Tx,
  table: T,
  rows: readonly T["$inferInsert"][],
  { orUpdateBy, merge = {} }: InsertOptions<T> = {},
): Promise<void> {
  const [first] = rows as readonly Record<string, unknown>[];
  if (!first) return;
  const columns = getTableColumns(table) as Record<string, PgColumn>;
  const written = Object.keys(first).map((key) => {
    const column = columns[key];
    if (!column) throw new Error(`no column ${key}`);
    return { key, name: column.name, column };
  });
  const named = (rows as readonly Record<string, unknown>[]).map((row) =>
    Object.fromEntries(written.map(({ key, name }) => [name, row[key] ?? null])),
  );
  const list = joined(written.map(({ name }) => name));
  await tx.execute(sql`
    INSERT INTO ${table} (${list}) SELECT ${list}
    FROM jsonb_populate_recordset(NULL::${table}, ${JSON.stringify(named)}::text::jsonb)${onConflict(written, orUpdateBy, merge)}`);
}

const joined = (names: readonly string[]) =>
  sql.join(
    names.map((name) => sql.identifier(name)),
    sql`, `,
  );

function onConflict(
  written: readonly { key: string; name: string; column: PgColumn }[],
  by: readonly PgColumn[] | undefined,
  merge: Readonly<Record<string, SQL | undefined>>,
): SQL {
  if (!by) return sql``;
  const keys = new Set(by.map(({ name }) => name));
  const set = written.flatMap(({ key, name, column }) =>
    keys.has(name) || column.primary ? [] : [sql`${sql.identifier(name)} = ${merge[key] ?? given(column)}`],
  );
  return sql` ON CONFLICT (${joined([...keys])}) DO UPDATE SET ${sql.join(set, sql`, `)}`;
}
