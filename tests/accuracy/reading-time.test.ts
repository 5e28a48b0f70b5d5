import { describe, expect, it } from "vitest";
import { preparedDay, readActively } from "./run-seed.ts";

const roundMs = 60;
const seeds = [77_101, 77_102, 77_103, 77_104];
const shares = [0, 0.1, 0.25, 0.5, 0.75];
const factorMax = 2;
/** What a look may add to the time left, against the whole stocktake. */
const jumpMax = 0.25;

/** Looks of one count: what was foreseen before each, and when it began; readers side by side, their antennas one after the other. */
function looksOf(seed: number) {
  const looks: { atMs: number; foreseenMs: number }[] = [];
  let atMs = 0;
  const { day, question } = preparedDay(seed, { metalDb: 3, passes: [] });
  readActively(
    day,
    question,
    () => null,
    ({ orders, remaining }) => {
      looks.push({ atMs, foreseenMs: remaining.expectedMs });
      const byReader = new Map<string, number>();
      for (const { readerId, rounds } of orders)
        byReader.set(readerId, (byReader.get(readerId) ?? 0) + rounds * roundMs);
      atMs += Math.max(0, ...byReader.values());
    },
  );
  return { looks, tookMs: atMs };
}

describe("the time a count says it still takes", () => {
  for (const seed of seeds) {
    it(`is within a factor of ${factorMax} of what it took, all along the way (seed ${seed})`, () => {
      const { looks, tookMs } = looksOf(seed);
      for (const share of shares) {
        // What a screen shows between two looks: the last estimate, counted down.
        const nowMs = share * tookMs;
        const last = looks.findLast(({ atMs }) => atMs <= nowMs)!;
        const foreseenMs = last.foreseenMs - (nowMs - last.atMs);
        expect(foreseenMs / (tookMs - nowMs), `at ${100 * share} %`).toBeLessThanOrEqual(factorMax);
        expect(foreseenMs / (tookMs - nowMs), `at ${100 * share} %`).toBeGreaterThanOrEqual(1 / factorMax);
      }
      expect(looks.at(-1)!.foreseenMs).toBe(0);
      looks.slice(1).forEach(({ atMs, foreseenMs }, i) => {
        const shownMs = looks[i]!.foreseenMs - (atMs - looks[i]!.atMs);
        expect(foreseenMs - shownMs, `after look ${i + 1}`).toBeLessThan(jumpMax * tookMs);
      });
    });
  }
});
