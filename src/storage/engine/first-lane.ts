/**
 * The queue in front of the embedded engine's one connection. postgres.js has its own first-come queue, in which motion's writes
 * (its commands, locks, ends) would wait behind every search and job. Here at most `atOnceMax` uses are passed to postgres.js,
 * and the next one is motion's if any of motion's waits.
 */
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { Sql } from "postgres";

/** A use of the connection: a statement, or a whole transaction. It begins when `go` is called and ends with `leave`. */
export interface Lanes {
  enter(isMotions: boolean, go: (leave: () => void) => void): void;
  waiting(): { motion: number; others: number };
}

/** One running and one behind it, so that the engine's thread never waits for this one to send the next. */
export const atOnceMax = 2;

export function createLanes(placesMax = atOnceMax): Lanes {
  const motion: ((leave: () => void) => void)[] = [];
  const others: typeof motion = [];
  let taken = 0;

  function next(): void {
    while (taken < placesMax) {
      const go = motion.shift() ?? others.shift();
      if (!go) return;
      taken++;
      let hasLeft = false;
      go(() => {
        if (hasLeft) return;
        hasLeft = true;
        taken--;
        next();
      });
    }
  }

  return {
    enter(isMotions, go) {
      (isMotions ? motion : others).push(go);
      next();
    },
    waiting: () => ({ motion: motion.length, others: others.length }),
  };
}

const ofMotion = new AsyncLocalStorage<true>();

/** Database calls inside `work` go ahead of all others; on a PostgreSQL server this changes nothing. */
export function asMotion<T>(work: () => Promise<T>): Promise<T> {
  return ofMotion.run(true, work);
}

/** postgres.js 3.4.9 calls this once, when a query is first awaited: the moment at which the query would join its own queue. */
interface SentLater extends Promise<unknown> {
  handler: (query: unknown) => void;
}

/** Statements and transactions of this client pass the lanes; statements inside a transaction are part of it. */
export function putInLanes(client: Sql, lanes: Lanes = createLanes()): void {
  const unsafe = client.unsafe;
  const begin = client.begin as (options: string, work: (tx: unknown) => unknown) => Promise<unknown>;
  /** postgres.js sends BEGIN through the client's own `unsafe` at once: its transaction has its place already. */
  let isBeginning = false;

  const isMotions = () => ofMotion.getStore() === true;
  /** `go` runs in the async context of the code that asked, whichever use's `leave` calls it. */
  const enter = (isFirst: boolean, go: (leave: () => void) => void) => lanes.enter(isFirst, AsyncResource.bind(go));

  client.unsafe = ((...args: Parameters<typeof unsafe>) => {
    const query = unsafe(...args);
    if (isBeginning) return query;
    const later = query as unknown as SentLater;
    const { handler } = later;
    const isFirst = isMotions();
    later.handler = (self) =>
      enter(isFirst, (leave) => {
        query.then(leave, leave);
        handler(self);
      });
    return query;
  }) as typeof unsafe;

  client.begin = ((first: unknown, second?: unknown) => {
    const work = (second ?? first) as (tx: unknown) => unknown;
    const options = second === undefined ? "" : (first as string);
    return new Promise<unknown>((resolve, reject) => {
      enter(isMotions(), (leave) => {
        isBeginning = true;
        const done = begin(options, work);
        isBeginning = false;
        void done.then(resolve, reject).finally(leave);
      });
    });
  }) as unknown as typeof client.begin;
}
