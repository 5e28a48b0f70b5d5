/**
 * Many rows by one statement with one parameter. Drizzle's `values` makes a parameter of each cell: 800 lines of a result were
 * 12 800 of them, built in one go of 100 ms and more, while nobody else was heard.
 */
import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Db, Tx } from "./db.ts";

export interface InsertOptions<T extends PgTable> {
  /** A row that is there already, by these columns, takes what is given here; it keeps its primary key. Left out: it is an error. */
  orUpdateBy?: readonly PgColumn[];
  /** What such a row takes instead: in it the table's columns stand for what is there, `given(column)` for what is given. */
  merge?: { [Key in keyof T["$inferInsert"]]?: SQL };
}

/** A column's value in the row that was to be inserted. */
export const given = ({ name }: PgColumn): SQL => sql`EXCLUDED.${sql.identifier(name)}`;

/**
 * `rows` name the table's columns as drizzle does, all of them the same ones (as the first); what they leave out gets its default.
 * Values are what JSON carries: null, booleans, numbers, texts, and objects and lists for jsonb. At most one row of a key with
 * `orUpdateBy`; else SQLSTATE 21000.
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
