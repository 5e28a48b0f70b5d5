import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AreaGeometry, cellOf, gapsOf, layersFromTop, positionsOf, projectionOf } from "./geometry.ts";

const area: AreaGeometry = {
  areaKey: "r1.1",
  name: { zh: "一区", en: "Area 1" },
  purpose: "active",
  railLengthMm: 340 + 4 * 640 + 340 + 900 + 4 * 30,
  aisleWidthMm: 900,
  bays: 4,
  bayWidthMm: 900,
  layers: 4,
  layerHeightMm: 340,
  layerOrder: "fromBottom",
  usableWidthMm: 870,
  columns: [1, 2, 3, 4, 5, 6].map((no) => ({
    no,
    kind: no === 1 || no === 6 ? "fixed" : "mobile",
    sides: ["A", "B"],
    depthMm: no === 1 || no === 6 ? 340 : 640,
    leftSide: no === 1 ? null : "A",
    rightSide: no === 6 ? null : "B",
  })),
  aisles: [1, 2, 3, 4, 5].map((no) => ({ no, leftColumn: no, rightColumn: no + 1 })),
  slotWidthsMm: [35, 52],
  layersWithoutAntenna: 0,
};

describe("the map's geometry", () => {
  it("draws the carriages where the controller says they stand", () => {
    const columns = [0, 370, 1040, 2580, 3250, 3920].map((positionMm, i) => {
      return { column: i + 1, positionMm, motion: "still", fault: false };
    });
    const gaps = gapsOf(area, positionsOf(area, { columns, openAisle: 3 }));
    expect(gaps.map((gap) => gap.toMm - gap.fromMm)).toEqual([30, 30, 900, 30, 30]);
  });

  it("a controller that tells no positions: the open aisle is as wide as it should be, the rest shares what is left", () => {
    for (const openAisle of [1, 2, 3, 4, 5]) {
      const gaps = gapsOf(area, positionsOf(area, { columns: [], openAisle }));
      for (const gap of gaps) expect(gap.toMm - gap.fromMm).toBeCloseTo(gap.aisle === openAisle ? 900 : 30);
    }
  });

  it("no open aisle, or not known: spread evenly, and always inside the rail", () => {
    fc.assert(
      fc.property(fc.option(fc.integer({ min: 0, max: 9 })), (openAisle) => {
        const positions = positionsOf(area, { columns: [], openAisle });
        expect(positions[0]).toBe(0);
        expect((positions.at(-1) ?? 0) + 340).toBeLessThanOrEqual(area.railLengthMm + 0.001);
      }),
    );
  });

  it("the left face of an open aisle is not hidden behind its right column", () => {
    expect(projectionOf(area).dx).toBeLessThanOrEqual(area.aisleWidthMm);
  });

  it.each([
    ["fromBottom", [4, 3, 2, 1]],
    ["fromTop", [1, 2, 3, 4]],
  ] as const)(
    "layers counted %s stand one over the other as in the room, and none outside the shelf",
    (layerOrder, fromTop) => {
      const seen = { ...area, layerOrder };
      const projection = projectionOf(seen);
      const heights = (layer: number) =>
        cellOf(seen, projection, 0, 1, layer)
          .split(" ")
          .map((point) => Number(point.split(",")[1]));
      expect(layersFromTop(seen)).toEqual(fromTop);
      // On a screen y grows downward.
      const tops = fromTop.map((layer) => Math.min(...heights(layer)));
      expect(tops).toEqual([...tops].sort((a, b) => a - b));
      const shelf = [projection.at(0, 0, projection.heightMm), projection.at(0, 0, 0)].map((at) =>
        Number(at.split(",")[1]),
      );
      expect(heights(fromTop[0])[3]).toBe(shelf[0]);
      expect(Math.max(...fromTop.map((layer) => heights(layer)[0] ?? 0))).toBeLessThan(shelf[1] ?? 0);
    },
  );
});
