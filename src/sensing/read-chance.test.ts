import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addToHistory, chanceOf, logGamma, noHistory, OwnAnswers, priorChance, silence } from "./read-chance.ts";

const sure = { ...priorChance, deadShare: 0 };

describe("a tag's read chance", () => {
  it("gives the measured misses: 96 % a pass, pairs 2.4 times as likely as independence says (METHOD.md)", () => {
    const [one, two, three] = [1, 2, 3].map((passes) => silence(sure, passes).healthy) as [number, number, number];
    expect(1 - one).toBeCloseTo(0.9596, 3);
    expect(1 - two).toBeCloseTo(0.9962, 4);
    expect(1 - three).toBeCloseTo(0.99945, 4);
    expect(two / one ** 2).toBeCloseTo(2.36, 1);
  });

  it("knows the gamma function", () => {
    for (const [x, factorial] of [
      [1, 1],
      [2, 1],
      [6, 120],
      [11, 3628800],
    ] as const)
      expect(logGamma(x)).toBeCloseTo(Math.log(factorial), 9);
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 9);
  });

  it("learns a nearly dead tag from its history, and a good one", () => {
    expect(chanceOf({ roundsOffered: 12, roundsAnswered: 1 }).deadShare).toBeGreaterThan(0.95);
    expect(chanceOf({ roundsOffered: 12, roundsAnswered: 12 }).deadShare).toBeLessThan(1e-6);
  });

  it("lets no amount of old history make a few silent rounds certain", () => {
    const old = chanceOf({ roundsOffered: 100_000, roundsAnswered: 100_000 });
    expect(silence(old, 2).healthy).toBeGreaterThan(1e-4);
  });

  it("makes misses only less likely with more rounds, and never impossible", () => {
    const history = fc.record({ roundsOffered: fc.nat(300), roundsAnswered: fc.nat(300) });
    fc.assert(
      fc.property(history, fc.nat(40), (past, rounds) => {
        const chance = chanceOf(past);
        const [now, more] = [silence(chance, rounds), silence(chance, rounds + 1)];
        expect(more.healthy).toBeLessThanOrEqual(now.healthy + 1e-12);
        expect(more.healthy + more.dead).toBeGreaterThan(0);
        expect(silence(chance, 0).healthy + silence(chance, 0).dead).toBeCloseTo(1, 9);
      }),
    );
  });

  it("adds up to one over all numbers of answers", () => {
    const chance = chanceOf(addToHistory(noHistory, 4, 3));
    let sum = 0;
    let ways = 1;
    for (let answered = 0; answered <= 6; answered++) {
      sum += ways * Math.exp(new OwnAnswers(chance).log(answered, 6));
      ways = (ways * (6 - answered)) / (answered + 1);
    }
    expect(sum).toBeCloseTo(1, 9);
  });
});
