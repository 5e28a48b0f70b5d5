import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnPositionsMm } from "../site/carriages.ts";
import { columnsOf } from "../site/layout.ts";
import { parseSite } from "../site/parse-site.ts";
import type { AreaSpec } from "../site/schema.ts";
import { type OpeningPlan, planOpening } from "./plan-opening.ts";

function areasOf(name: string): AreaSpec[] {
  const { site } = parseSite(readFileSync(`sites/${name}.yaml`, "utf8"));
  return (site?.rooms ?? []).flatMap((room) => room.areas);
}
const [demo] = areasOf("demo") as [AreaSpec];
const [mirror] = areasOf("demo-mirrored") as [AreaSpec];

function planned(spec: AreaSpec, from: number, to: number): OpeningPlan {
  const result = planOpening(spec, from, to);
  if (!result.ok) throw new Error(result.block.code);
  return result.plan;
}

test("opening aisle 3 while aisle 1 stands open rolls columns 2 and 3 to the left by 870 mm", () => {
  const plan = planned(demo, 1, 3);
  expect(plan.moves).toEqual([
    { column: 2, direction: "left", distanceMm: 870 },
    { column: 3, direction: "left", distanceMm: 870 },
  ]);
  expect(plan.sweptAisles).toEqual([1, 3]);
  expect(plan.durationMs).toBe(3000 + 17_400);
  expect(plan.timeoutMs).toBe(8000 + 58_000);
});

test("in the mirror the same columns roll the other way", () => {
  for (let from = 0; from <= 5; from++) {
    for (let to = 0; to <= 5; to++) {
      const here = planned(demo, from, to);
      const there = planned(mirror, from, to);
      expect(there.sweptAisles).toEqual(here.sweptAisles);
      here.moves.forEach((move, i) => {
        expect(there.moves[i]?.column).toBe(move.column);
        expect(there.moves[i]?.direction).not.toBe(move.direction);
        expect(there.moves[i]?.distanceMm).toBeCloseTo(move.distanceMm, 6);
      });
    }
  }
});

describe.each(["demo", "demo-mirrored", "hall-100k"])("%s", (name) => {
  test("any plan moves mobile columns only, ends where the geometry says and sweeps the aisle it closes", () => {
    const areas = areasOf(name);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (a, f, t) => {
        const spec = areas[a % areas.length] as AreaSpec;
        const columns = columnsOf(spec);
        const from = f % columns.length;
        const to = t % columns.length;
        const plan = planned(spec, from, to);
        const before = columnPositionsMm(spec, from);
        const after = columnPositionsMm(spec, to);
        for (const move of plan.moves) {
          expect(columns[move.column - 1]?.kind).toBe("mobile");
          const way = move.direction === "left" ? -move.distanceMm : move.distanceMm;
          expect((before.get(move.column) ?? 0) + way).toBeCloseTo(after.get(move.column) ?? 0, 6);
        }
        if (from === to) expect(plan).toMatchObject({ moves: [], sweptAisles: [] });
        else if (from > 0) expect(plan.sweptAisles).toContain(from);
        expect(plan.timeoutMs).toBeGreaterThan(plan.durationMs);
      }),
      { seed: 18 },
    );
  });
});

describe("S18 is refused before anything is asked of a controller", () => {
  test("an aisle below 750 mm, a gap below 25 mm, an aisle that is not there", () => {
    const narrow = planOpening({ ...demo, aisleWidthMm: 749 }, 1, 2);
    expect(narrow).toMatchObject({
      ok: false,
      block: { code: "aisle-too-narrow", params: { aisle: 2, limitMm: 750 } },
    });
    const pinch = planOpening({ ...demo, fingerGapMm: 24 }, 1, 2);
    expect(pinch).toMatchObject({ ok: false, block: { code: "aisle-too-narrow", params: { aisle: 1, limitMm: 25 } } });
    for (const aisle of [-1, 6, 1.5, Number.NaN])
      expect(planOpening(demo, 1, aisle)).toMatchObject({ ok: false, block: { code: "aisle-unknown" } });
  });
});
