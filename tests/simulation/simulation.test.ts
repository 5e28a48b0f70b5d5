/**
 * The simulation in small: `npm run simulate -- --seeds 100` is the whole of it, planted-bugs.test.ts the proof that it finds
 * bugs. Four seeds in CI, GUIWEI_SIMULATED_SEEDS=12 for twelve.
 */
import { describe, expect, it } from "vitest";
import { runSeed } from "./run-seed.ts";

const cleanSeeds = Array.from({ length: Number(process.env.GUIWEI_SIMULATED_SEEDS ?? 4) }, (_, i) => i + 1);
const cleanSteps = 80;
const testMsMax = 240_000;

const story = (lines: string[]) => lines.slice(-40).join("\n");

describe("the simulated room", () => {
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
