import fc from "fast-check";
import { expect, it } from "vitest";
import { strangerBudget, strangerLimits } from "./stranger-budget.ts";

const { atOnce, perSecond, allAtOnce, allPerSecond, sourcesMax } = strangerLimits;

it("one source has its own share, and gets more as time goes on", () => {
  const budget = strangerBudget();
  const taken = (nowMs: number) => Array.from({ length: 1_000 }, () => budget.take("a", nowMs)).filter(Boolean).length;
  expect(taken(0)).toBe(atOnce);
  expect(budget.take("b", 0)).toBe(true);
  expect(taken(1_000)).toBe(perSecond);
  // The budget does not add up for ever, and a clock set back does not reduce it.
  expect(taken(3_600_000)).toBe(atOnce);
  expect(taken(0)).toBe(0);
});

it("whatever comes from where and when, no more is answered than the limits say", () => {
  const came = fc.array(fc.tuple(fc.nat(60), fc.nat(200)), { minLength: 500, maxLength: 1_500 });
  fc.assert(
    fc.property(came, (all) => {
      const budget = strangerBudget();
      const bySource = new Map<number, number>();
      let nowMs = 0;
      let taken = 0;
      for (const [source, passedMs] of all) {
        nowMs += passedMs;
        if (!budget.take(String(source), nowMs)) continue;
        taken++;
        bySource.set(source, (bySource.get(source) ?? 0) + 1);
      }
      const most = (first: number, each: number) => first + (nowMs * each) / 1_000 + 1;
      return (
        taken <= most(allAtOnce, allPerSecond) &&
        [...bySource.values()].every((count) => count <= most(atOnce, perSecond))
      );
    }),
    { numRuns: 50 },
  );
});

it("many sources cost no more memory than the limit", () => {
  const budget = strangerBudget();
  for (let i = 0; i < sourcesMax * 3; i++) budget.take(`source ${i}`, i * 100);
  // Forgotten long ago, and treated as new.
  expect(budget.take("source 0", sourcesMax * 300)).toBe(true);
});
