import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contendingGroups } from "./components.ts";
import { matchLayers } from "./match-layers.ts";
import type { LayerRoom, MatchBox } from "./match-state.ts";
import { goneLayer } from "./place-likelihood.ts";

const layers = 4;
const boxes = fc.array(
  fc.record({
    width: fc.nat(1),
    candidates: fc
      .uniqueArray(fc.nat(layers - 1), { minLength: 1, maxLength: 3 })
      .chain((places) =>
        fc.tuple(
          ...places.map((layer) =>
            fc.record({ layer: fc.constant(layer), log: fc.integer({ min: -90, max: 0 }).map((n) => n / 10) }),
          ),
        ),
      ),
  }),
  { minLength: 1, maxLength: 7 },
) as fc.Arbitrary<MatchBox[]>;
const rooms: fc.Arbitrary<LayerRoom[]> = fc.array(
  fc.record({ wide: fc.nat(2), narrow: fc.nat(2) }).map(({ wide, narrow }) => [wide + narrow, wide]),
  { minLength: layers, maxLength: layers },
);

function fits(all: readonly MatchBox[], chosen: readonly number[], room: readonly LayerRoom[]): boolean {
  return room.every((kinds, layer) =>
    kinds.every(
      (free, g) => all.filter((box, i) => box.candidates[chosen[i]!]!.layer === layer && box.width >= g).length <= free,
    ),
  );
}

const gain = (all: readonly MatchBox[], chosen: readonly number[]) =>
  all.reduce((sum, box, i) => sum + box.candidates[chosen[i]!]!.log, 0);

/** The best assignment, found by trying all. */
function bestByTrying(all: readonly MatchBox[], room: readonly LayerRoom[], chosen: number[] = []): number {
  if (chosen.length === all.length) return fits(all, chosen, room) ? gain(all, chosen) : Number.NEGATIVE_INFINITY;
  return Math.max(...all[chosen.length]!.candidates.map((_, to) => bestByTrying(all, room, [...chosen, to])));
}

describe("matching boxes to layers", () => {
  it("finds the best of all ways, and never puts more into a layer than it holds", () => {
    fc.assert(
      fc.property(boxes, rooms, (all, room) => {
        const best = bestByTrying(all, room);
        const match = matchLayers(all, (layer) => room[layer]!);
        expect(match.isWhole).toBe(best > Number.NEGATIVE_INFINITY);
        if (!match.isWhole) return;
        expect(fits(all, match.chosen, room)).toBe(true);
        expect(gain(all, match.chosen)).toBeCloseTo(best, 6);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives the same matching group by group as all at once", () => {
    fc.assert(
      fc.property(boxes, rooms, (all, room) => {
        const roomOf = (layer: number) => room[layer]!;
        const whole = matchLayers(all, roomOf);
        if (!whole.isWhole) return;
        let sum = 0;
        const groups = contendingGroups(all, roomOf);
        const together = new Set(groups.flat());
        const alone = all.flatMap((_, i) => (together.has(i) ? [] : [[i]]));
        for (const group of [...groups, ...alone]) {
          const members = group.map((i) => all[i]!);
          sum += gain(members, matchLayers(members, roomOf).chosen);
        }
        expect(sum).toBeCloseTo(gain(all, whole.chosen), 6);
      }),
    );
  });

  it("says of a box that wants a full layer that it must stand in the next", () => {
    const sure = {
      width: 0,
      candidates: [
        { layer: 0, log: 0 },
        { layer: 1, log: -9 },
      ],
    };
    const torn = {
      width: 0,
      candidates: [
        { layer: 0, log: 0 },
        { layer: 1, log: -1 },
      ],
    };
    const { chosen, above } = matchLayers([sure, torn], () => [1]);
    expect(chosen).toEqual([0, 1]);
    expect(above[1]![0]).toBeGreaterThan(5);
  });

  it("needs no room for what is gone", () => {
    const gone = { width: 0, candidates: [{ layer: goneLayer, log: 0 }] };
    expect(matchLayers([gone, gone, gone], () => [0]).isWhole).toBe(true);
  });
});
