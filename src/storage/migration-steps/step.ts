import type { TransactionSql } from "postgres";

/** What one batch may touch: a kill loses no more than this, and other programs get their turn between two. */
export const batchRowsMax = 500;

export interface BatchDone {
  /** Where the next batch goes on; null when there is nothing left. */
  cursor: string | null;
  /** At most `batchRowsMax`. */
  rowsDone: number;
}

/**
 * A migration in TypeScript, for what SQL cannot say. Each batch is a transaction of its own together with its place, so a
 * start that is killed goes on there. It finds the schema as its number says: never the tables of schema/*.ts, which grow.
 */
export interface TypescriptStep {
  /** For the progress alone. */
  rowsTotal(tx: TransactionSql): Promise<number>;
  /** The batch after `cursor`, from the beginning with null. It may meet rows that were done before and must bear it. */
  batch(tx: TransactionSql, cursor: string | null): Promise<BatchDone>;
}
