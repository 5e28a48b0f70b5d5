/**
 * What silence is worth. A tag that no antenna heard is either gone, or present and unheard: the second is weighed layer by
 * layer with the tag's own latent read chance. Layers without healthy rounds keep all of their prior: not heard is not absent.
 */
import type { PlacePrior } from "./place-likelihood.ts";
import { type ReadChance, silence } from "./read-chance.ts";

export interface Presence {
  /** Posterior chance that the box stands somewhere in the area; the parts below add up to it. */
  present: number;
  /** In a covered layer, with a tag that answers. */
  readable: number;
  /** In a covered layer, with a nearly dead tag. */
  dead: number;
  /** In a layer that was not covered. */
  uncovered: number;
  /** Chance that its own antenna misses a healthy tag of this history in all its rounds. */
  missed: number;
}

/** Chance of all this silence of a box that is present, and its parts. */
interface Unheard {
  readable: number;
  dead: number;
  uncovered: number;
  sum: number;
}

/** Healthy rounds of each layer's own antenna → layers with that many, home and neighbours apart. */
export function unheardIfPresent(
  chance: ReadChance,
  homeRounds: number,
  neighbourRounds: readonly number[],
  restRounds: ReadonlyMap<number, number>,
  prior: PlacePrior,
): Unheard {
  const sums = { readable: 0, dead: 0, uncovered: 0 };
  const add = (share: number, rounds: number) => {
    const { healthy, dead } = silence(chance, rounds);
    if (rounds === 0) sums.uncovered += share * (healthy + dead);
    else {
      sums.readable += share * healthy;
      sums.dead += share * dead;
    }
  };
  add(prior.home, homeRounds);
  for (const rounds of neighbourRounds) add(prior.neighbours / neighbourRounds.length, rounds);
  let layers = 0;
  for (const count of restRounds.values()) layers += count;
  for (const [rounds, count] of restRounds) add((prior.rest * count) / layers, rounds);
  return { ...sums, sum: sums.readable + sums.dead + sums.uncovered };
}

/** The same weighed against the box being gone. */
export function presenceUnheard(
  chance: ReadChance,
  homeRounds: number,
  neighbourRounds: readonly number[],
  restRounds: ReadonlyMap<number, number>,
  prior: PlacePrior,
): Presence {
  const { readable, dead, uncovered, sum } = unheardIfPresent(chance, homeRounds, neighbourRounds, restRounds, prior);
  const unheard = (1 - prior.gone) * sum;
  const scale = (1 - prior.gone) / (prior.gone + unheard);
  return {
    present: unheard / (prior.gone + unheard),
    readable: readable * scale,
    dead: dead * scale,
    uncovered: uncovered * scale,
    missed: silence(chance, homeRounds).healthy / (1 - chance.deadShare),
  };
}
