import { expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Fact } from "../motion/messages.ts";
import { factsPerPage, hearLeft } from "./left-facts.ts";

const fact = (id: number): Fact => ({
  id,
  areaKey: "r1.1",
  atMs: id,
  body: { kind: "progress", commandId: "c", state: "sent", wireId: 1 },
});

function heardOf(count: number, { afterId = 0, tornAt = 0, over = false } = {}) {
  const clock = virtualClock();
  const heard: number[] = [];
  const ends: (number | null)[] = [];
  const failures: unknown[] = [];
  let isOver = false;
  function* left(): Generator<Fact> {
    for (let id = 1; id <= count; id++) {
      if (id === tornAt) throw new Error("EIO");
      yield fact(id);
    }
  }
  hearLeft({
    ...{ clock, left: left(), afterId, isOver: () => isOver },
    hear: (page) => void heard.push(...page.map(({ id }) => id)),
    done: (lastId) => ends.push(lastId),
    onFailure: (error) => failures.push(error),
  });
  const atOnce = heard.length;
  isOver = over;
  clock.advance(1_000);
  return { heard, ends, failures, atOnce };
}

it("a short log is heard in the turn of the death, a long one page by page, each fact once", () => {
  expect(heardOf(factsPerPage - 1)).toMatchObject({ atOnce: factsPerPage - 1, ends: [factsPerPage - 1] });
  const long = heardOf(10_000, { afterId: 30 });
  expect([long.atOnce, long.ends]).toEqual([factsPerPage - 30, [10_000]]);
  expect(long.heard).toEqual(Array.from({ length: 9_970 }, (_, i) => i + 31));
  expect(heardOf(0, { afterId: 7 }).ends).toEqual([7]);
});

it("one that cannot be read to its end is not said to be, so that it stays for the next start", () => {
  const torn = heardOf(10_000, { tornAt: 1_200 });
  expect([torn.heard.length, torn.ends, torn.failures.length]).toEqual([1_000, [null], 1]);
});

it("a gateway that closes hears no more of it", () => {
  expect(heardOf(10_000, { over: true })).toMatchObject({ atOnce: factsPerPage, ends: [] });
});
