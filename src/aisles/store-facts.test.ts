import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Context } from "../context.ts";
import { factStore, type ToStore } from "./store-facts.ts";

const lock = { id: "l1", personId: "p1", name: "王工", reason: "检修", sinceMs: 0 };
const fact: ToStore = { areaKey: "r1.1", atMs: 0, body: { kind: "lock", lock }, log: { id: "a", factId: 1 } };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A database that answers every transaction with this SQLSTATE, or accepts it. */
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
  const context = { db, clock, publish() {} } as unknown as Context;
  const stored: ToStore[] = [];
  const failures: unknown[] = [];
  const aside: ToStore[] = [];
  const over: ToStore[] = [];
  let hasRoom = true;
  const store = factStore({
    context,
    onStored: (facts) => void stored.push(...facts),
    holdsLock: () => true,
    setAside: (fact) => hasRoom && aside.push(fact) > 0,
    onSetAside: (fact) => void over.push(fact),
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
    aside,
    over,
    failures,
    pass,
    answer(state: string | null) {
      sqlState = state;
    },
    asideHasRoom(now: boolean) {
      hasRoom = now;
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

it("never calls stored what the database itself refuses: it is kept aside, and what follows passes", async () => {
  const { store, stored, failures, aside, over, pass, answer } = bench();
  answer("22021");
  store.store([fact]);
  await pass(20_000);
  expect([stored.length, store.waiting(), store.setAside()]).toEqual([0, 0, 1]);
  expect([aside, over]).toEqual([[fact], [fact]]);
  expect(failures.map(String).join()).toContain("kept aside, not stored");
  answer(null);
  store.store([{ ...fact, log: { id: "a", factId: 2 } }]);
  await pass(100);
  expect(stored).toHaveLength(1);
});

// A missing table or right: somebody may be fixing it.
it.each(["42P01", "42501"])(
  "gives %s half a minute, once for all facts of a kind, then keeps them aside",
  async (state) => {
    const { store, stored, aside, pass, answer } = bench();
    answer(state);
    store.store([fact, { ...fact, log: { id: "a", factId: 2 } }]);
    await pass(25_000);
    expect([aside.length, store.waiting()]).toEqual([0, 2]);
    await pass(15_000);
    expect([aside.length, store.waiting(), stored.length]).toEqual([2, 0, 0]);
    answer(null);
    store.store([{ ...fact, log: { id: "a", factId: 3 } }]);
    await pass(6_000);
    expect(stored).toHaveLength(1);
  },
);

it("keeps waiting where nothing can be kept aside", async () => {
  const { store, stored, pass, answer, asideHasRoom } = bench();
  asideHasRoom(false);
  answer("22021");
  store.store([fact]);
  await pass(60_000);
  expect([store.waiting(), store.setAside()]).toEqual([1, 0]);
  answer(null);
  await pass(6_000);
  expect(stored).toEqual([fact]);
});

it("writes nothing more once another has the lead, keeps what it has, and says so once", async () => {
  const { store, stored, aside, failures, pass, answer } = bench();
  answer("GW001");
  store.store([fact]);
  await pass(1_000);
  answer(null);
  store.store([{ ...fact, log: { id: "a", factId: 2 } }]);
  await pass(60_000);
  expect(await store.stored(1_000)).toBe(false);
  expect([stored.length, aside.length, store.waiting(), store.isAnothers(), failures.length]).toEqual([
    0,
    0,
    2,
    true,
    1,
  ]);
});

it("takes what a long outage left at once, however much that is", () => {
  const { store } = bench();
  const many = Array.from({ length: 150_000 }, (_, i) => ({ ...fact, log: { id: "a", factId: i + 1 } }));
  expect(() => store.store(many)).not.toThrow();
});
