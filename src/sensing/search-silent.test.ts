import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultPrior as prior } from "./place-likelihood.ts";
import { chanceOf, silence } from "./read-chance.ts";
import { type Search, type SilentBox, searchSilent } from "./search-silent.ts";
import { testArea } from "./test-area.ts";

const area = testArea(3, 4);
const allowed = (1e-3 * prior.gone) / (1 - prior.gone);
const good = chanceOf({ roundsOffered: 8, roundsAnswered: 8 });
const places = area.layers.length;

const searchOf = (rounds: readonly number[], roundsMax = 12): Search => ({
  ...{ area, prior, allowed },
  rounds: (layer) => rounds[layer]!,
  canAsk: (layer) => rounds[layer]! < roundsMax,
});

/** Asks, and reads nothing, until no box is open; rounds by layer. */
function silentToTheEnd(boxes: readonly SilentBox[], from = 1): { rounds: number[]; looks: number } {
  const rounds = Array.from({ length: places }, () => from);
  for (let looks = 0; ; looks++) {
    const { layers } = searchSilent(boxes, searchOf(rounds));
    if (layers.size === 0) return { rounds, looks };
    for (const layer of layers.keys()) rounds[layer]!++;
  }
}

/** Probability of all that silence if the box is present, by the prior. */
function unheard({ homeLayer, chance }: SilentBox, rounds: readonly number[]): number {
  const near = area.neighbours[homeLayer]!;
  return rounds.reduce((sum, n, layer) => {
    const rest = prior.rest / (places - 1 - near.length);
    const share = layer === homeLayer ? prior.home : near.includes(layer) ? prior.neighbours / near.length : rest;
    const { healthy, dead } = silence(chance, n);
    return sum + share * (healthy + dead);
  }, 0);
}

describe("searching boxes that keep silent", () => {
  it("asks at home first, then beside it, and elsewhere when that is worth as much", () => {
    const box = { homeLayer: 5, chance: good };
    const first = searchSilent([box], searchOf(Array.from({ length: places }, () => 1)));
    expect([...first.layers]).toEqual([[5, "silent"]]);
    const { rounds } = silentToTheEnd([box]);
    const near = area.neighbours[5]!.map((layer) => rounds[layer]!);
    const far = rounds.filter((_, layer) => layer !== 5 && !area.neighbours[5]!.includes(layer));
    expect(rounds[5]).toBeGreaterThan(Math.max(...near));
    expect(Math.min(...near)).toBeGreaterThanOrEqual(Math.max(...far));
  });

  it("asks sooner where several silent boxes may stand", () => {
    const homes = [4, 6].filter((layer) => area.neighbours[5]!.includes(layer));
    expect(homes).toHaveLength(2);
    const rounds = Array.from({ length: places }, (_, layer) => (homes.includes(layer) ? 3 : 1));
    const { layers } = searchSilent(
      homes.map((homeLayer) => ({ homeLayer, chance: good })),
      searchOf(rounds),
    );
    expect(layers.get(5)).toBe("neighbour");
  });

  it("brings every box under the bound, and reads no layer that it could have spared by two rounds", () => {
    const boxesOf = fc.array(fc.record({ homeLayer: fc.nat(places - 1), roundsAnswered: fc.constantFrom(8, 20, 40) }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(boxesOf, (list) => {
        const boxes = list.map(({ homeLayer, roundsAnswered }) => {
          return { homeLayer, chance: chanceOf({ roundsOffered: roundsAnswered, roundsAnswered }) };
        });
        const { rounds } = silentToTheEnd(boxes);
        for (const box of boxes) expect(unheard(box, rounds)).toBeLessThanOrEqual(allowed * (1 + 1e-9));
        rounds.forEach((n, layer) => {
          if (n < 4) return;
          const spared = rounds.map((other, i) => (i === layer ? n - 2 : other));
          expect(boxes.some((box) => unheard(box, spared) > allowed)).toBe(true);
        });
      }),
    );
  });

  it("does not ask everybody for a layer that nobody can ask", () => {
    const rounds = Array.from({ length: places }, (_, layer) => (layer === 7 ? 0 : 8));
    const search = { ...searchOf(rounds), canAsk: (layer: number) => layer !== 7 };
    expect(searchSilent([{ homeLayer: 5, chance: good }], search)).toMatchObject({ openBoxes: 0 });
  });
});
