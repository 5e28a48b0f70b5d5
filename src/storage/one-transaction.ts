import { sqlStateOf } from "./database-error.ts";
import type { Db, Tx } from "./db.ts";

/** serialization_failure and deadlock_detected: nothing was done, and a retry is correct. */
const retryable = new Set(["40001", "40P01"]);
const attemptsMax = 5;

/**
 * One transaction, retried when PostgreSQL asks for it. `work` may therefore run more than once: it must have no effect outside
 * the transaction, and never use the outer Db (database-nested-use).
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (attempt >= attemptsMax || !retryable.has(sqlStateOf(error) ?? "")) throw error;
    }
  }
}
