/** The proof that the simulation finds bugs: each is planted, found by the invariant that it breaks, and found again from the same seed. */
import { describe, expect, it } from "vitest";
import { type BugName, bugNames } from "./bugs.ts";
import { runSeed } from "./run-seed.ts";

const bugSeedsMax = 100;
const testMsMax = 240_000;

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
