/**
 * One gateway's view of the database: it dies with its gateway, and its commits fail at random. A gateway that has died never
 * learns the outcome of its last transaction, which is rolled back or not, as in a real crash.
 */
import type { Chance } from "../../src/clock/chance.ts";
import type { Db, Tx } from "../../src/storage/db.ts";
import type { Life } from "./life.ts";

/** The error that a caller sees for an injected failure. */
export class InjectedFault extends Error {}

export interface DatabaseFaultRates {
  crashBeforeCommit: number;
  crashAfterCommit: number;
  commitFails: number;
  /** Committed, but the answer never came: the caller sees a failure. */
  answerLost: number;
  /** A statement outside a transaction fails. */
  statementFails: number;
  /** A transaction waits up to this long before it begins, ms, as for a locked table. */
  lateMs?: number;
}

export const calmDatabase: DatabaseFaultRates = {
  crashBeforeCommit: 0,
  crashAfterCommit: 0,
  commitFails: 0,
  answerLost: 0,
  statementFails: 0,
  lateMs: 0,
};

type Fault = Exclude<keyof DatabaseFaultRates, "lateMs"> | null;

export function brokenDatabase(
  db: Db,
  life: Life,
  chance: Chance,
  rates: () => DatabaseFaultRates,
  wait: (ms: number) => Promise<void> = () => Promise.resolve(),
): Db {
  function drawn(): Fault {
    let left = chance.next();
    const { crashBeforeCommit, crashAfterCommit, commitFails, answerLost } = rates();
    for (const [name, rate] of Object.entries({ crashBeforeCommit, crashAfterCommit, commitFails, answerLost })) {
      left -= rate;
      if (left < 0) return name as Fault;
    }
    return null;
  }

  function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (life.isOver) return new Promise(() => {});
    const fault = drawn();
    const { lateMs = 0 } = rates();
    const isTurn = lateMs > 0 ? wait(chance.below(lateMs)) : null;
    return new Promise((resolve, reject) => {
      const begin = (inside: (tx: Tx) => Promise<T>) => db.transaction((tx) => inside(tx as Tx));
      const begun = (inside: (tx: Tx) => Promise<T>) => (isTurn ? isTurn.then(() => begin(inside)) : begin(inside));
      begun(async (tx) => {
        if (life.isOver) throw new InjectedFault("the gateway is gone");
        const result = await work(tx);
        if (fault === "crashBeforeCommit") life.end("before a commit");
        if (life.isOver) throw new InjectedFault("the gateway is gone");
        if (fault === "commitFails") throw new InjectedFault("the commit failed");
        return result;
      }).then(
        (result) => {
          if (fault === "crashAfterCommit") life.end("after a commit");
          if (life.isOver) return;
          if (fault === "answerLost") reject(new InjectedFault("committed, but the answer was lost"));
          else resolve(result);
        },
        (error: unknown) => {
          if (!life.isOver) reject(error);
        },
      );
    });
  }

  const outside = new Set(["select", "selectDistinct", "insert", "update", "delete", "execute", "$count"]);
  return new Proxy(db, {
    get(target, name) {
      if (name === "transaction") return transaction;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (!outside.has(String(name))) return value.bind(target);
      return (...args: unknown[]) => {
        if (life.isOver) return statementThat(() => {});
        const isLost = chance.next() < rates().statementFails;
        if (isLost) return statementThat((reject) => reject(new InjectedFault("the database did not answer")));
        return value.apply(target, args);
      };
    },
  });
}

/** Accepts any further clause; awaited, it only settles as `settle` says. */
function statementThat(settle: (reject: (error: Error) => void) => void): unknown {
  const statement: unknown = new Proxy(() => {}, {
    get: (_, name) =>
      name === "then"
        ? (_resolve: unknown, reject: (error: Error) => void) =>
            settle((error) => queueMicrotask(() => reject?.(error)))
        : statement,
    apply: () => statement,
  });
  return statement;
}
