import { describe, expect, it } from "vitest";
import { coverage, remainingMs } from "./remaining.ts";

const view = { state: "running", startedAtMs: 0, antennasDone: 50, antennasTotal: 200 } as const;

describe("a stocktake's progress", () => {
  it("guesses from what was done so far", () => {
    expect(remainingMs(view, 10_000)).toBe(30_000);
  });

  it("says nothing before there is something to go by, nor while it does not run", () => {
    expect(remainingMs({ ...view, antennasDone: 2 }, 10_000)).toBeNull();
    expect(remainingMs({ ...view, state: "paused" }, 10_000)).toBeNull();
    expect(remainingMs({ ...view, antennasDone: 0, antennasTotal: 0 }, 10_000)).toBeNull();
  });

  it("0 of 412 layers read is never called complete", () => {
    expect(coverage({ layersTotal: 412, layersCovered: 0 })).toBe("nothing");
    expect(coverage({ layersTotal: 0, layersCovered: 0 })).toBe("nothing");
    expect(coverage({ layersTotal: 412, layersCovered: 411 })).toBe("incomplete");
    expect(coverage({ layersTotal: 412, layersCovered: 412 })).toBe("complete");
  });
});
