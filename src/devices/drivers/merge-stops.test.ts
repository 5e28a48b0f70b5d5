import { expect, test } from "vitest";
import { mergeStops } from "./merge-stops.ts";

/** Writes that end when the test decides. */
function wire() {
  const ends: { resolve(): void; reject(error: Error): void }[] = [];
  const stop = mergeStops(() => new Promise<void>((resolve, reject) => ends.push({ resolve, reject })));
  return { ends, stop };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("the first goes out at once, a thousand more are one that begins after all of them were pressed", async () => {
  const { ends, stop } = wire();
  const first = stop();
  expect(ends).toHaveLength(1);
  const more = Array.from({ length: 1_000 }, stop);
  await settle();
  expect(ends).toHaveLength(1);
  ends[0]?.resolve();
  await first;
  await settle();
  expect(ends).toHaveLength(2);
  // Pressed while the second is under way: this needs a third.
  const last = stop();
  ends[1]?.resolve();
  await Promise.all(more);
  await settle();
  expect(ends).toHaveLength(3);
  ends[2]?.resolve();
  await last;
  void stop();
  expect(ends).toHaveLength(4);
});

test("one that fails lets the next go out all the same, and tells only who pressed it", async () => {
  const { ends, stop } = wire();
  const first = stop();
  const second = stop();
  ends[0]?.reject(new Error("line cut"));
  await expect(first).rejects.toThrow("line cut");
  await settle();
  ends[1]?.resolve();
  await expect(second).resolves.toBeUndefined();
});
