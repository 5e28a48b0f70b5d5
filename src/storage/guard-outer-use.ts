import { AsyncLocalStorage } from "node:async_hooks";
import type { Sql } from "postgres";
import { DatabaseError } from "./database-error.ts";

interface Scope {
  client: Sql;
  open: boolean;
}

const scopes = new AsyncLocalStorage<Scope>();

/**
 * Using the outer database inside a transaction waits for itself for ever on the embedded engine (one connection) and silently
 * leaves the transaction on PostgreSQL. Both become an error at the first use, whose stack shows the caller.
 */
export function guardOuterUse(client: Sql): void {
  const unsafe = client.unsafe;
  const begin = client.begin as (options: string, work: (tx: unknown) => unknown) => Promise<unknown>;

  function refuseInside() {
    const scope = scopes.getStore();
    if (scope?.open && scope.client === client)
      throw new DatabaseError(
        "database-nested-use",
        "The outer database was used inside a transaction: use the transaction's own handle.",
      );
  }

  client.unsafe = ((...args: Parameters<typeof unsafe>) => {
    refuseInside();
    return unsafe(...args);
  }) as typeof unsafe;

  client.begin = (async (first: unknown, second?: unknown) => {
    refuseInside();
    const work = (second ?? first) as (tx: unknown) => unknown;
    const scope: Scope = { client, open: true };
    try {
      return await begin(second === undefined ? "" : (first as string), (tx) => scopes.run(scope, () => work(tx)));
    } finally {
      scope.open = false;
    }
  }) as typeof client.begin;
}
