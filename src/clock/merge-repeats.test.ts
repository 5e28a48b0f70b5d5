import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeRepeats, repeatKeysMax } from "./merge-repeats.ts";

describe("repeats", () => {
  test("the first is told at once, those after it once a window with their number", () => {
    const repeats = mergeRepeats<string>(1_000);
    expect(repeats.isNews("li", "a", 0)).toBe(true);
    for (let i = 1; i <= 50; i++) expect(repeats.isNews("li", `b${i}`, i)).toBe(false);
    expect(repeats.isNews("wang", "c", 60)).toBe(true);
    expect(repeats.due(999)).toEqual([]);
    expect(repeats.due(1_000)).toEqual([{ value: "b50", count: 50, sinceMs: 1 }]);
    // The repeats go on: still one a window.
    expect(repeats.isNews("li", "d", 1_500)).toBe(false);
    expect(repeats.due(2_000)).toEqual([{ value: "d", count: 1, sinceMs: 1_500 }]);
    expect(repeats.due(3_000)).toEqual([]);
    expect(repeats.isNews("li", "e", 3_001)).toBe(true);
  });

  test("a clock that is set back ends the window", () => {
    const repeats = mergeRepeats<string>(1_000);
    repeats.isNews("li", "a", 10_000_000);
    repeats.isNews("li", "b", 10_000_001);
    expect(repeats.due(5)).toEqual([{ value: "b", count: 1, sinceMs: 10_000_001 }]);
  });

  test("nothing is lost or told twice, whatever comes when", () => {
    const came = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(800)), { maxLength: 200 });
    fc.assert(
      fc.property(came, (all) => {
        const repeats = mergeRepeats<string>(1_000);
        let atMs = 0;
        let told = 0;
        for (const [key, passedMs] of all) {
          atMs += passedMs;
          for (const { count } of repeats.due(atMs)) told += count;
          if (repeats.isNews(key, key, atMs)) told++;
        }
        for (const { count } of repeats.due(Number.POSITIVE_INFINITY)) told += count;
        return told === all.length;
      }),
    );
  });

  test("more different ones than it keeps are told one by one", () => {
    const repeats = mergeRepeats<number>(1_000);
    for (let i = 0; i < repeatKeysMax * 2; i++) expect(repeats.isNews(String(i), i, 0)).toBe(true);
  });
});
