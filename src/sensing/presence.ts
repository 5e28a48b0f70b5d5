/**
 * How much silence proves. A tag that no antenna read is either gone, or present and missed; the latter is weighed layer by layer
 * with the tag's own latent read probability. Layers without healthy rounds keep their whole prior: not read is not absent.
 */
import type { PlacePrior } from "./place-likelihood.ts";
import { type ReadChance, silence } from "./read-chance.ts";

export interface Presence {
  /** Posterior probability that the box stands somewhere in the area; the parts below add up to it. */
  present: number;
  /** In a covered layer, with a tag that answers. */
  readable: number;
  /** In a covered layer, with a nearly dead tag. */
  dead: number;
  /** In a layer that was not covered. */
  uncovered: number;
  /** Probability that its own antenna misses a healthy tag of this history in all its rounds. */
  missed: number;
}

/** Probability of all this silence if the box is present, and its parts. */
interface Unheard {
  readable: number;
  dead: number;
  uncovered: number;
  sum: number;
}

/** Healthy rounds of each layer's own antenna → number of layers with that many, home and neighbours separate. */
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

/** The same, weighed against the box being gone. */
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
