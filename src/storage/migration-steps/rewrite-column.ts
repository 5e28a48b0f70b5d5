import type { TransactionSql } from "postgres";
import { batchRowsMax, type TypescriptStep } from "./step.ts";

export interface ColumnRewrite {
  table: string;
  /** The table's primary key, one text column; batches follow its order. */
  key: string;
  /** The columns that `value` gets, each as text. */
  from: readonly string[];
  /** The text column to write. */
  to: string;
  /** At most and by default `batchRowsMax`. */
  rowsMax?: number;
  value(row: Readonly<Record<string, string | null>>): string | null;
}

/** Name of the key in the query, beside the columns that `value` gets. */
const keyAs = "key of the row";
const wasAs = "text before";

/** Computes a text column anew from others of its row, in batches; rows that already have the value are not written. */
export function rewriteColumn(rewrite: ColumnRewrite): TypescriptStep {
  const { table, key, from, to, value, rowsMax = batchRowsMax } = rewrite;
  return {
    async rowsTotal(tx) {
      const [row] = await tx<{ n: string }[]>`SELECT count(*) AS n FROM ${tx(table)}`;
      return Number(row?.n);
    },
    async batch(tx, cursor) {
      const rows = await page(tx, cursor);
      const keys: string[] = [];
      const values: (string | null)[] = [];
      for (const { [keyAs]: at, [wasAs]: was, ...fields } of rows) {
        const now = value(fields);
        if (now === was) continue;
        keys.push(at as string);
        values.push(now);
      }
      if (keys.length > 0)
        await tx`UPDATE ${tx(table)} AS t SET ${tx(to)} = n.value
          FROM unnest(${keys}::text[], ${values}::text[]) AS n(at, value) WHERE t.${tx(key)} = n.at`;
      return { cursor: rows.length < rowsMax ? null : (rows.at(-1)?.[keyAs] ?? null), rowsDone: rows.length };
    },
  };

  function page(tx: TransactionSql, cursor: string | null) {
    const fields = from.map((name) => tx`, ${tx(name)}::text AS ${tx(name)}`);
    const after = cursor === null ? tx`` : tx`WHERE ${tx(key)} > ${cursor}`;
    return tx<Record<string, string | null>[]>`
      SELECT ${tx(key)} AS ${tx(keyAs)}, ${tx(to)} AS ${tx(wasAs)} ${fields} FROM ${tx(table)} ${after}
      ORDER BY ${tx(key)} LIMIT ${rowsMax}`;
  }
}
