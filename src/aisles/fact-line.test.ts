import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Fact } from "../motion/messages.ts";
import { factLine } from "./fact-line.ts";
import { factsPerPage } from "./left-facts.ts";
import type { ToStore } from "./store-facts.ts";

const body: Fact["body"] = { kind: "progress", commandId: "c", state: "sent", wireId: 1 };
const fact = (id: number): Fact => ({ id, areaKey: "r1.1", atMs: id, body });
const told = (logId: string, id: number): ToStore => ({ ...fact(id), log: { id: logId, factId: id } });

/** A store that keeps its facts until the test tells it to store some. */
function bench() {
  const clock = virtualClock();
  const queue: ToStore[] = [];
  const stored: string[] = [];
  const failures: unknown[] = [];
  let most = 0;
  const line = factLine({
    clock,
    facts: {
      store(more) {
        queue.push(...more);
        most = Math.max(most, queue.length);
      },
      stored: async () => queue.length === 0,
      waiting: () => queue.length,
      close: async () => {},
    },
    onFailure: (error) => failures.push(error),
  });
  function takes(count: number): void {
    for (const { log } of queue.splice(0, count)) stored.push(log ? `${log.id}${log.factId}` : "own");
    line.goOn();
  }
  return { clock, line, stored, failures, takes, most: () => most };
}

function* log(count: number, reading = { pulled: 0 }): Generator<Fact> {
  for (let id = 1; id <= count; id++) {
    reading.pulled++;
    yield fact(id);
  }
}

it("a long log goes page by page, and what came after it comes after it", () => {
  const { line, stored, takes, most } = bench();
  const reading = { pulled: 0 };
  line.store([told("a", 1)]);
  line.storeLeft("b", log(20_000, reading), 0);
  line.store([told("c", 1), told("c", 2)]);
  line.store([{ ...told("c", 3), log: null }]);
  line.storeLeft("c", log(3), 1);
  expect(reading.pulled).toBeLessThanOrEqual(factsPerPage);
  expect(line.waiting()).toBeLessThan(factsPerPage + 10);
  while (!line.isEmpty()) takes(50);
  const expected = ["a1", ...Array.from({ length: 20_000 }, (_, i) => `b${i + 1}`), "c1", "c2", "own", "c2", "c3"];
  expect(stored).toEqual(expected);
  expect(most()).toBeLessThan(2 * factsPerPage);
});

it("while the database is away no more than a page is read", () => {
  const { line, takes } = bench();
  const reading = { pulled: 0 };
  line.storeLeft("b", log(20_000, reading), 0);
  for (let i = 0; i < 100; i++) takes(0);
  expect(reading.pulled).toBe(factsPerPage);
});

it("is stored only when all of the log is", async () => {
  const { line, takes } = bench();
  line.storeLeft("b", log(factsPerPage + 1), 0);
  takes(factsPerPage);
  takes(0);
  expect(await line.stored(1)).toBe(false);
  takes(1);
  expect(await line.stored(1)).toBe(true);
});

it("a log that cannot be read holds up nothing behind it, and is told", () => {
  const { line, stored, failures, takes } = bench();
  function* torn(): Generator<Fact> {
    yield fact(1);
    throw new Error("EIO");
  }
  line.storeLeft("b", torn(), 0);
  line.store([told("c", 1)]);
  takes(10);
  expect(stored).toEqual(["c1"]);
  expect(String(failures)).toContain("EIO");
});

it("what was taken before is passed over, and holds nobody up while it is", () => {
  const { clock, line, stored, takes } = bench();
  const reading = { pulled: 0 };
  line.storeLeft("b", log(20_000, reading), 19_990);
  expect(reading.pulled).toBe(factsPerPage);
  clock.advance(1_000);
  takes(100);
  expect(stored).toEqual(Array.from({ length: 10 }, (_, i) => `b${19_991 + i}`));
});

it("an end waits for the log so long and no longer", async () => {
  const { clock, line } = bench();
  line.storeLeft("b", log(20_000), 0);
  let isClosed = false;
  const closing = line.close(1_000).then(() => {
    isClosed = true;
  });
  for (let i = 0; i < 30; i++) {
    clock.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
    if (i === 10) expect(isClosed).toBe(false);
  }
  await closing;
});
