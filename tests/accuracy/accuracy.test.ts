import { describe, expect, it } from "vitest";
import { runSeed } from "./run-seed.ts";
import { addSaid, calibrationError, emptyReliability } from "./tally.ts";

describe("the accuracy run", () => {
  it("judges a seeded room better than the strongest antenna does, and calls nothing lost that is there", () => {
    const { tallies } = runSeed(77_001, { metalDb: 3, passes: [2] });
    const [ours, naive, active] = ["ours/2", "strongest/2", "active"].map((method) => tallies.get(method)!);
    expect(ours!.layerRight).toBeGreaterThan(naive!.layerRight);
    expect(ours!.layerRight / ours!.readable).toBeGreaterThan(0.99);
    expect(active!.falseLost).toBe(0);
    expect(active!.lostRight).toBeGreaterThan(active!.missing / 2);
    expect(naive!.falseLost).toBeGreaterThan(0);
  });

  it("finds out when probabilities promise too much", () => {
    const honest = emptyReliability();
    const boasting = emptyReliability();
    for (let i = 0; i < 100; i++) {
      addSaid(honest, 0.8, i % 5 !== 0);
      addSaid(boasting, 0.999, i % 5 !== 0);
    }
    expect(calibrationError(honest)).toBeCloseTo(0, 6);
    expect(calibrationError(boasting)).toBeCloseTo(0.199, 6);
  });
});
