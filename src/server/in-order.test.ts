import fc from "fast-check";
import { expect, test } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { JournalRow } from "../contract/journal.ts";
import { heldMsMax, heldRowsMax, makeInOrder } from "./in-order.ts";

const row = (revision: number, chain = "room:r1") => ({ chain, revision }) as JournalRow;

function gather() {
  const clock = virtualClock();
  const sent: number[] = [];
  const inOrder = makeInOrder(clock, ({ revision }) => sent.push(revision));
  return { clock, sent, inOrder, add: (...revisions: number[]) => revisions.map((n) => row(n)).forEach(inOrder.add) };
}

test("two commits told in the wrong order go out in the right one", () => {
  const { sent, add } = gather();
  add(4, 6, 7, 5, 8);
  expect(sent).toEqual([4, 5, 6, 7, 8]);
});

test("a row that never comes holds the others for a moment only", () => {
  const { sent, add, clock } = gather();
  add(1, 3, 5, 6);
  expect(sent).toEqual([1]);
  clock.advance(heldMsMax);
  expect(sent).toEqual([1, 3, 5, 6]);
  add(7, 2);
  expect(sent).toEqual([1, 3, 5, 6, 7, 2]);
  expect(clock.pendingCount()).toBe(0);
});

test("no more than a number of rows are held", () => {
  const { sent, add } = gather();
  add(1, ...Array.from({ length: heldRowsMax + 1 }, (_, i) => i + 3));
  expect(sent).toHaveLength(heldRowsMax + 2);
});

test("chains do not wait for each other", () => {
  const { sent, add, inOrder } = gather();
  add(1, 3);
  inOrder.add(row(10, "house"));
  inOrder.add(row(11, "house"));
  expect(sent).toEqual([1, 10, 11]);
});

test("whatever the order of a full run, every row goes out once, and in order when the first came first", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([2, 3, 4, 5, 6, 7, 8, 9], { minLength: 8 }), (revisions) => {
      const { sent, add, clock } = gather();
      add(1, ...revisions);
      clock.advance(heldMsMax);
      expect(sent).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }),
  );
});
