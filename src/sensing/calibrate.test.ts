import { describe, expect, it } from "vitest";
import { calibrate } from "./calibrate.ts";
import { defaultCalibration, layOut } from "./calibration.ts";
import { calibrationFit } from "./calibration-fit.ts";
import type { TagHeard } from "./evidence.ts";
import { fitBeta } from "./fit-beta.ts";
import type { KnownSession } from "./learned-pairs.ts";
import { relationOf } from "./sensed-area.ts";
import { antennaRows, evidenceOf, heardRow, testArea, testBox } from "./test-area.ts";

const area = testArea();
const own = relationOf("same", 0, 0);
const below = relationOf("same", 1, 0);

/** Ten boxes a layer: their own antenna reads them at `ownDbm` (±3 by tag), the one above reads every other box 12 dB weaker. */
function session(ownDbm: number, louder: Readonly<Record<string, number>> = {}): KnownSession {
  const boxes = area.layers.flatMap(({ id }, i) =>
    Array.from({ length: 10 }, (_, n) => testBox(`E${i}.${n}`, id.slice("r1.1.".length))),
  );
  const heard = boxes.flatMap(({ epc, layerId: at }, i): TagHeard[] => {
    const place = at!.slice("r1.1.".length);
    const above = place.replace(/\d+$/, (layer) => String(Number(layer) - 1));
    const dbm = ownDbm + (louder[place] ?? 0) + ((i % 3) - 1) * 3;
    const rows = [heardRow(area, epc, place, 6, dbm)];
    if (i % 2 === 0 && !above.endsWith(".0")) rows.push(heardRow(area, epc, above, 3, dbm - 12));
    return rows;
  });
  return { boxes, evidence: evidenceOf(antennaRows(area, 6), heard) };
}

describe("calibrating", () => {
  it("learns how loud and how often antennas hear, as a new version", () => {
    const calibration = calibrate(area, [session(-47)]);
    expect(calibration).toMatchObject({ version: 1, boxes: area.layers.length * 10 });
    const table = layOut(calibration, area);
    expect(table.at(0, own).meanDbm).toBeCloseTo(-47, 0);
    expect(table.at(0, below).meanDbm).toBeCloseTo(-59, 0);
    const { alpha, beta } = table.at(1, below).hear;
    expect(alpha / (alpha + beta)).toBeGreaterThan(0.15);
    expect(alpha / (alpha + beta)).toBeLessThan(0.35);
    expect(calibrate(area, [session(-47)], calibration).version).toBe(2);
  });

  it("lets an antenna that differs speak for itself, drawn toward its kind", () => {
    const table = layOut(calibrate(area, [session(-50, { "1B.1.1": 6 })]), area);
    const antenna = area.antennas.findIndex(({ layer }) => area.layers[layer]!.id === "r1.1.1B.1.1");
    const [odd, usual] = [table.at(antenna, own).meanDbm, table.at(antenna + 4, own).meanDbm];
    expect(odd - usual).toBeGreaterThan(1);
    expect(odd - usual).toBeLessThan(6);
  });

  it("keeps the calibration before where it met nothing", () => {
    const none: KnownSession = { boxes: [], evidence: evidenceOf(antennaRows(area, 6)) };
    expect(calibrate(area, [none]).relations["same+0/0"]).toEqual(defaultCalibration.relations["same+0/0"]);
  });

  it("says whether a calibration still fits, and which antenna does not", () => {
    const calibration = calibrate(area, [session(-50)]);
    expect(calibrationFit(area, calibration, session(-50)).isGood).toBe(true);
    const moved = calibrationFit(area, calibration, session(-50, { "2A.1.3": -6 }));
    expect(moved.isGood).toBe(true);
    expect(moved.antennas[0]).toMatchObject({ key: "rd-2:3" });
    expect(moved.antennas[0]!.deviations).toBeLessThan(-2);
    const all = Object.fromEntries(area.layers.map(({ id }) => [id.slice("r1.1.".length), -9]));
    expect(calibrationFit(area, calibration, session(-50, all)).isGood).toBe(false);
    expect(calibrationFit(area, calibration, { ...session(-50), boxes: [] }).isGood).toBe(false);
  });
});

describe("fitting a beta", () => {
  it("tells tags that differ from tags that are alike", () => {
    const split = [...Array(50).fill({ offered: 6, answered: 0 }), ...Array(50).fill({ offered: 6, answered: 6 })];
    const alike = Array(100).fill({ offered: 6, answered: 3 });
    const weight = (answers: { offered: number; answered: number }[]) => {
      const { alpha, beta } = fitBeta(answers);
      expect(alpha / (alpha + beta)).toBeCloseTo(0.5, 1);
      return alpha + beta;
    };
    expect(weight(split)).toBeLessThan(0.5);
    expect(weight(alike)).toBeGreaterThan(10);
  });

  it("never calls impossible what was never heard", () => {
    const { alpha } = fitBeta(Array(200).fill({ offered: 4, answered: 0 }));
    expect(alpha).toBeGreaterThan(0);
  });
});
