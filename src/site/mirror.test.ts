import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { aisleWidthsMm, columnPositionsMm, railLengthMm } from "./carriages.ts";
import { type Area, antennaKey, layoutOf } from "./layout.ts";
import { parseSite } from "./parse-site.ts";
import type { Site } from "./schema.ts";

function siteOf(name: string) {
  const { site } = parseSite(readFileSync(`sites/${name}.yaml`, "utf8"));
  return layoutOf(site as Site);
}

const demo = siteOf("demo");
const mirror = siteOf("demo-mirrored");
const hall = siteOf("hall-100k");

function seenInMirror(id: string): string {
  return id.replace(/(\d)([AB])\./, (_, column: string, side: string) => `${column}${side === "A" ? "B" : "A"}.`);
}

describe("the demo and its mirror image", () => {
  test("every slot has its counterpart: same aisle, same antenna, same place on the layer, another code", () => {
    expect(mirror.slotById.size).toBe(demo.slotById.size);
    const here = [...demo.slotById.values()].map((slot) => {
      const layer = demo.layerById.get(slot.layerId);
      return [layer?.aisle, layer?.antenna, layer?.bay, layer?.layer, slot.slot, slot.widthMm, slot.offsetMm];
    });
    const there = [...demo.slotById.keys()].map((id) => {
      const slot = mirror.slotById.get(seenInMirror(id));
      const layer = mirror.layerById.get(slot?.layerId ?? "");
      return [layer?.aisle, layer?.antenna, layer?.bay, layer?.layer, slot?.slot, slot?.widthMm, slot?.offsetMm];
    });
    expect(there).toEqual(here);
    expect(demo.slotById.get("r1.1.2A.3.4.7")?.locationCode).toBe("1-02-A-03-04-07");
    expect(mirror.slotById.get("r1.1.2B.3.4.7")?.locationCode).toBe("007.43/右002@1");
  });

  test("an antenna hears the same physical layer", () => {
    const heard = demo.layerByAntenna.get(antennaKey("rd-102", 5));
    expect(mirror.layerByAntenna.get(antennaKey("rd-102", 5))?.id).toBe(seenInMirror(`${heard?.id}.`).slice(0, -1));
  });

  test("carriages stand mirrored for every open aisle", () => {
    demo.areas.forEach((area, i) => {
      const other = mirror.areas[i] as Area;
      const railMm = railLengthMm(area.spec);
      expect(railLengthMm(other.spec)).toBe(railMm);
      for (let aisle = 0; aisle <= area.aisles.length; aisle++) {
        const here = columnPositionsMm(area.spec, aisle);
        const there = columnPositionsMm(other.spec, aisle);
        for (const { no, depthMm } of area.columns)
          expect(there.get(no)).toBeCloseTo(railMm - (here.get(no) ?? 0) - depthMm, 6);
      }
    });
  });
});

describe.each([
  ["demo", demo],
  ["demo-mirrored", mirror],
  ["hall-100k", hall],
] as const)("%s", (_, layout) => {
  test("codes are unique, faces look into aisles, the open aisle is the wide one", () => {
    expect(layout.slotByCode.size).toBe(layout.slotById.size);
    for (const area of layout.areas) {
      expect(area.layers.filter((layer) => layer.aisle === 0)).toEqual([]);
      for (const aisle of area.aisles) {
        const widths = aisleWidthsMm(area.spec, columnPositionsMm(area.spec, aisle.no));
        for (const [no, widthMm] of widths) expect(widthMm).toBeCloseTo(no === aisle.no ? 900 : 30, 6);
      }
    }
  });
});

test("the hall has 100 000 slots and a reader a face", () => {
  expect(hall.slotById.size).toBe(100_000);
  expect(hall.layerByAntenna.size).toBe(4000);
});
