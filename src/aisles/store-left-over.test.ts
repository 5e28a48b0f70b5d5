import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Fact } from "../motion/messages.ts";
import { factsPerPage } from "./left-facts.ts";
import type { ToStore } from "./store-facts.ts";
import { storeLeftOver } from "./store-left-over.ts";

function* facts(count: number): Generator<Fact> {
  for (let id = 1; id <= count; id++)
    yield { id, areaKey: "r1.1", atMs: 0, body: { kind: "progress", commandId: "c", state: "sent", wireId: 1 } };
}

it("stores what a night without a database left in pages, says how far it is, and forgets a log when all of it is stored", async () => {
  const clock = virtualClock();
  const order: string[] = [];
  const told: number[] = [];
  let waiting: readonly ToStore[] = [];
  let most = 0;
  let stored = 0;
  await storeLeftOver({
    clock,
    motion: { leftOver: async () => ["a", "b"].map((logId) => ({ logId, facts: facts(logId === "a" ? 60_000 : 0) })) },
    facts: {
      store(page) {
        waiting = page;
        most = Math.max(most, page.length);
      },
      async stored() {
        for (const { log } of waiting) if (log?.factId === ++stored) continue;
        waiting = [];
        clock.advance(100);
        return true;
      },
      isAnothers: () => false,
    },
    forget: async (logId) => void order.push(`${logId} after ${stored}`),
    onProgress: (_, count) => told.push(count),
    ...{ leadEpoch: null, onAlarm: () => {} },
  });
  expect(order).toEqual(["a after 60000", "b after 60000"]);
  expect(most).toBe(factsPerPage);
  expect(told.length).toBeGreaterThanOrEqual(4);
  expect(told).toEqual([...told].sort((a, b) => a - b));
});

it("gives up where another gateway has the lead, and not where the database is away", async () => {
  let tries = 0;
  const clock = virtualClock();
  const going = storeLeftOver({
    clock,
    motion: { leftOver: async () => [{ logId: "a", facts: facts(3) }] },
    facts: { store() {}, stored: async () => ++tries > 99, isAnothers: () => tries > 20 },
    forget: async () => {},
    onProgress() {},
    ...{ leadEpoch: null, onAlarm: () => {} },
  });
  going.catch(() => {});
  for (let i = 0; i < 100; i++) {
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect(going).rejects.toThrow("another gateway has the lead");
});
