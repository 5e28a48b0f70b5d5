/** Two gateways and one area: `npm run simulate -- --seeds 100` is the whole of it; CI has four seeds, GUIWEI_SIMULATED_SEEDS=8 more. */
import { expect, it } from "vitest";
import { leadBugNames } from "./lead-life.ts";
import { runTwoGateways } from "./two-gateways.ts";

const seeds = Array.from({ length: Number(process.env.GUIWEI_SIMULATED_SEEDS ?? 4) }, (_, i) => i + 1);
const bugMinutes = 12;
const testMsMax = 240_000;

it.each(seeds)(
  "two gateways want one area: never do two grants begin or move it (seed %i)",
  async (seed) => {
    const { violation, starts, grants, lines } = await runTwoGateways(seed);
    expect(violation, lines.slice(-40).join("\n")).toBeNull();
    expect(starts).toBeGreaterThan(2);
    expect(grants).toBeGreaterThan(2);
  },
  testMsMax,
);

it.each(leadBugNames)(
  "%s is found in the first three seeds",
  async (bug) => {
    const found: (string | null)[] = [];
    for (let seed = 1; seed <= 3 && !found.some(Boolean); seed++)
      found.push((await runTwoGateways(seed, bug, bugMinutes)).violation);
    expect(found.at(-1)).toMatch(/grant/);
  },
  testMsMax,
);
