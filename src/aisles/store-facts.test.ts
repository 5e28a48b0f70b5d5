import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { House } from "../house.ts";
import { factStore, type ToStore } from "./store-facts.ts";

const lock = { id: "l1", personId: "p1", name: "王工", reason: "检修", sinceMs: 0 };
const fact: ToStore = { areaKey: "r1.1", atMs: 0, body: { kind: "lock", lock }, log: { id: "a", factId: 1 } };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A database that answers every transaction with this SQLSTATE, or takes it. */
function bench() {
  const clock = virtualClock();
  let sqlState: string | null = null;
  const db = {
    async transaction() {
      if (sqlState)
        throw Object.assign(new Error("refused"), { name: "PostgresError", code: sqlState, severity: "ERROR" });
      return { result: undefined, rows: [] };
    },
  };
  const house = { db, clock, publish() {} } as unknown as House;
  const stored: ToStore[] = [];
  const failures: unknown[] = [];
  const store = factStore({
    house,
    onStored: (facts) => void stored.push(...facts),
    holdsLock: () => true,
    onFailure: (error) => void failures.push(error),
  });
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(100);
      await turn();
    }
  }
  return {
    store,
    stored,
    failures,
    pass,
    answer(state: string | null) {
      sqlState = state;
    },
  };
}

// Read-only after a failover, a password just changed, gone, shutting down, too many connections, a deadlock.
it.each(["25006", "28P01", "08006", "57P01", "53300", "40P01"])(
  "waits for a database that says %s, however long",
  async (state) => {
    const { store, stored, pass, answer } = bench();
    answer(state);
    store.store([fact]);
    await pass(60_000);
    expect([stored.length, store.waiting()]).toEqual([0, 1]);
    answer(null);
    await pass(6_000);
    expect([stored.length, store.waiting()]).toEqual([1, 0]);
  },
);

it("never calls stored what the database itself refuses, and lets what follows pass", async () => {
  const { store, stored, failures, pass, answer } = bench();
  answer("22021");
  store.store([fact]);
  await pass(20_000);
  expect([stored.length, store.waiting()]).toEqual([0, 0]);
  expect(failures.map(String).join()).toContain("cannot be stored");
  answer(null);
  store.store([{ ...fact, log: { id: "a", factId: 2 } }]);
  await pass(100);
  expect(stored).toHaveLength(1);
});
