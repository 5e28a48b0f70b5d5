import { describe, expect, it } from "vitest";
import { addHeard, heardAfter, roundsToHear } from "./heard-after.ts";

describe("rounds until so many boxes were heard", () => {
  const early = heardAfter([
    { rounds: 48, heard: 960 },
    { rounds: 60, heard: 999 },
    { rounds: 200, heard: 999 },
  ]);
  const late = heardAfter([
    { rounds: 48, heard: 960 },
    { rounds: 96, heard: 1000 },
  ]);

  it("goes by a line between two looks and stays at what was heard last", () => {
    expect(roundsToHear(early, 980)).toBeCloseTo(48 + (12 * 20) / 39, 1);
    expect(roundsToHear(late, 980)).toBeCloseTo(72, 6);
    expect(late[300]).toBe(1000);
  });

  it("says so when they never were, and looks at all seeds together", () => {
    expect(roundsToHear(early, 1000)).toBeNull();
    expect(roundsToHear(addHeard(early, late), 1960)).toBeGreaterThan(roundsToHear(early, 980)!);
    expect(roundsToHear(addHeard(early, late), 1960)).toBeLessThan(roundsToHear(late, 980)!);
  });
});
