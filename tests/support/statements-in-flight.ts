/** Counts a test's pending database operations: virtual time must stand still meanwhile, or deadlines expire wrongly. */
import type { Sql } from "postgres";

let inFlight = 0;

export function statementsInFlight(): number {
  return inFlight;
}

/** Counts operations through drizzle: single statements from sending to answer, transactions as a whole. */
export function countStatements(client: Sql): void {
  const unsafe = client.unsafe;
  const begin = client.begin as (...args: unknown[]) => Promise<unknown>;

  client.unsafe = ((...args: Parameters<typeof unsafe>) => counted(unsafe(...args))) as typeof unsafe;
  client.begin = (async (...args: unknown[]) => {
    inFlight++;
    try {
      return await begin(...args);
    } finally {
      inFlight--;
    }
  }) as typeof client.begin;
}

/** postgres.js sends a query when its answer is first asked for (`handle`), and ends it by `resolve` or `reject`. */
interface Pending {
  handle(): unknown;
  resolve(value: unknown): unknown;
  reject(error: unknown): unknown;
}

function counted<Query>(query: Query): Query {
  const pending = query as Pending;
  const { handle, resolve, reject } = pending;
  let isOut = false;
  const end = () => {
    if (isOut) inFlight--;
    isOut = false;
  };
  pending.handle = () => {
    if (!isOut) {
      isOut = true;
      inFlight++;
      // A repeated request for the answer does not send the query again.
      pending.handle = handle;
    }
    return handle.call(query);
  };
  pending.resolve = (value) => {
    end();
    return resolve(value);
  };
  pending.reject = (error) => {
    end();
    return reject(error);
  };
  return query;
}
