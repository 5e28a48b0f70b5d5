import type { TransactionSql } from "postgres";

/** Most rows of one batch: a kill loses no more than this, and other programs get their turn in between. */
export const batchRowsMax = 500;

export interface BatchDone {
  /** Where the next batch goes on; null when nothing is left. */
  cursor: string | null;
  /** At most `batchRowsMax`. */
  rowsDone: number;
}

/**
 * A migration in TypeScript, for changes that SQL cannot express. Each batch and its place are one transaction, so a start after
 * a kill goes on there. A step finds the schema as of its number, so it never uses the tables of schema/*.ts, which will have
 * changed.
 */
export interface TypescriptStep {
  /** Used only to show progress. */
  rowsTotal(tx: TransactionSql): Promise<number>;
  /** Does the batch after `cursor`, or the first one for null. It must tolerate rows that were done before. */
  batch(tx: TransactionSql, cursor: string | null): Promise<BatchDone>;
}
