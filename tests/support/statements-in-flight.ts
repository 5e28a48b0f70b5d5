/** How much of a test waits for a real database: virtual time must stand meanwhile, or deadlines run out that nobody missed. */
import type { Sql } from "postgres";

let inFlight = 0;

export function statementsInFlight(): number {
  return inFlight;
}

/** Counts what goes through drizzle: single statements from their sending to their answer, transactions as a whole. */
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

/** postgres.js sends a query when somebody first asks for its answer (`handle`), and ends it by `resolve` or `reject`. */
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
      // Asked again later it is not sent again.
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
