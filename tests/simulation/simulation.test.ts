/**
 * The simulation in small, and the proof that it finds bugs: `npm run simulate -- --seeds 100` is the whole of it. CI keeps the
 * house for four seeds, GUIWEI_SIMULATED_SEEDS=12 for twelve.
 */
import { describe, expect, it } from "vitest";
import { type BugName, bugNames } from "./bugs.ts";
import { runSeed } from "./run-seed.ts";

const cleanSeeds = Array.from({ length: Number(process.env.GUIWEI_SIMULATED_SEEDS ?? 4) }, (_, i) => i + 1);
const cleanSteps = 80;
const bugSeedsMax = 100;
const testMsMax = 240_000;

const story = (lines: string[]) => lines.slice(-40).join("\n");

describe("the simulated context", () => {
  it.each(cleanSeeds)(
    "keeps I1–I13 and motion's own record after every step, and works again when all is mended (seed %i)",
    async (seed) => {
      const { violation, lastLines, motions } = await runSeed(seed, { steps: cleanSteps });
      expect(violation, story(lastLines)).toBeNull();
      expect(motions).toBeGreaterThan(0);
    },
    testMsMax,
  );

  it(
    "does the same again from the same seed, and something else from another",
    async () => {
      const [first, again, other] = [
        await runSeed(3, { steps: 40 }),
        await runSeed(3, { steps: 40 }),
        await runSeed(4, { steps: 40 }),
      ];
      expect(again.traceHash).toBe(first.traceHash);
      expect(again.events).toBe(first.events);
      expect(other.traceHash).not.toBe(first.traceHash);
    },
    testMsMax,
  );
});

/** Its own invariant: a bug may first be seen by its consequences (work that never ends). */
const finders: Record<BugName, RegExp> = {
  "acknowledge-before-commit": /^I6/,
  "resume-on-reconnect": /^I[35]/,
  "put-twice": /^I7/,
  "lose-findings": /^D/,
  "standing-is-stopped": /^I3/,
  "mend-statuses": /^I3/,
  "ask-again": /^I3/,
  "age-from-store": /^I3 .*(after its request|nobody asked for)/,
  "age-from-arrival": /^I3 .*(after its request|nobody asked for)/,
  "begin-in-the-silence": /^I3 .*silent/,
  "forget-what-motion-left": /^F/,
  "store-twice": /^F/,
  "dead-is-stopped": /^I5/,
  "clock-gap-unseen": /^I3/,
  "believe-repeats": /^I3 .*began to refuse/,
};

/** Where the search begins: what is known to find it first. Another one is found when the world has changed. */
const firstSeeds: Partial<Record<BugName, number>> = { "store-twice": 3, "begin-in-the-silence": 3 };

describe("planted bugs", () => {
  it.each(bugNames)(
    "%s is found",
    async (bug) => {
      for (let seed = firstSeeds[bug] ?? 1; seed <= bugSeedsMax; seed++) {
        const { violation } = await runSeed(seed, { steps: 120, bug });
        if (!violation || !finders[bug].test(`${violation.invariant} ${violation.detail}`)) continue;
        const replay = await runSeed(seed, { steps: 120, bug });
        expect(replay.violation).toEqual(violation);
        return;
      }
      expect.fail(`${bug} was not found in ${bugSeedsMax} seeds`);
    },
    testMsMax,
  );
});
