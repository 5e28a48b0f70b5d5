import { describe, expect, it } from "vitest";
import { calmAir } from "../../simulators/radio/parameters.ts";
import { defaultCalibration } from "../../src/sensing/calibration.ts";
import type { KnownBox } from "../../src/sensing/judge.ts";
import { defaultReading, planReading } from "../../src/sensing/plan-reading.ts";
import { senseArea } from "../../src/sensing/sensed-area.ts";
import { area, newRoomDay, usualShape } from "./room-day.ts";
import { readActively } from "./run-seed.ts";

/** The demo: its own air, antennas never calibrated, tags without history. */
function demoDay(seed: number) {
  const day = newRoomDay(`by-hand/${seed}`, calmAir, { ...usualShape, misplaced: 0.01, missing: 0, unknown: 0 });
  day.disturb();
  const boxes = [...day.homes].map(([epc, { slot, thicknessMm }]): KnownBox => {
    return { epc, layerId: slot.layerId, middleMm: slot.offsetMm + slot.widthMm / 2, thicknessMm };
  });
  return { day, question: { area: senseArea(area), calibration: defaultCalibration, boxes } };
}

describe("boxes moved by hand in the demo's room", () => {
  it("are named where they stand, nearly all for certain, the others after all the rounds of a thin margin", () => {
    let [moved, certain] = [0, 0];
    for (const seed of [1, 2, 3]) {
      const { day, question } = demoDay(seed);
      const { belief } = readActively(day, question, () => null);
      const reach = { isReadable: () => true, pairOf: (readerId: string) => readerId, roundMs: () => 60 };
      expect(planReading(belief, reach).isDone).toBe(true);
      for (const epc of day.misplaced) {
        const { outcome, layerId, evidence } = belief.verdicts.get(epc)!;
        moved++;
        expect(layerId).toBe(day.layerOf(epc));
        if (outcome === "contradicted") certain++;
        else
          expect(Math.max(...evidence.map((one) => one.roundsOffered))).toBeGreaterThanOrEqual(
            defaultReading.thinRoundsMax,
          );
      }
    }
    expect(moved).toBeGreaterThanOrEqual(24);
    expect(certain / moved).toBeGreaterThan(0.85);
  });
});
