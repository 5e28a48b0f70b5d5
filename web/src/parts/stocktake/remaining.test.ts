import { describe, expect, it } from "vitest";
import { addSample, coverage, paceWindowMs, remainingMs, type Sample } from "./remaining.ts";

const running = (antennasDone: number) => ({ state: "running", antennasDone }) as const;

function seen(...steps: [atMs: number, view: Parameters<typeof addSample>[1]][]): Sample[] {
  return steps.reduce<Sample[]>((samples, [atMs, view]) => addSample(samples, view, atMs), []);
}

describe("a stocktake's progress", () => {
  it("guesses from the pace seen", () => {
    expect(remainingMs(seen([0, running(0)], [10_000, running(50)]), 200)).toBe(30_000);
  });

  it("a slow start long ago does not spoil the guess", () => {
    const samples = seen([0, running(0)], [paceWindowMs + 1, running(10)], [paceWindowMs + 10_001, running(60)]);
    expect(remainingMs(samples, 110)).toBe(10_000);
  });

  it("a pause is not work: it begins anew", () => {
    const paused = { state: "paused", antennasDone: 50 } as const;
    expect(remainingMs(seen([0, running(0)], [10_000, running(50)], [20_000, paused]), 200)).toBeNull();
    const samples = seen([0, running(50)], [5_000, paused], [900_000, running(50)], [905_000, running(60)]);
    expect(remainingMs(samples, 70)).toBe(5_000);
  });

  it("says nothing before there is something to go by", () => {
    expect(remainingMs([], 200)).toBeNull();
    expect(remainingMs(seen([0, running(0)], [10_000, running(3)]), 200)).toBeNull();
  });

  it("0 of 412 layers read is never called complete", () => {
    expect(coverage({ layersTotal: 412, layersCovered: 0 })).toBe("nothing");
    expect(coverage({ layersTotal: 0, layersCovered: 0 })).toBe("nothing");
    expect(coverage({ layersTotal: 412, layersCovered: 411 })).toBe("incomplete");
    expect(coverage({ layersTotal: 412, layersCovered: 412 })).toBe("complete");
  });
});
