/**
 * How many rounds each silent box will still need if it stays silent: of its own antenna, of those beside it and of all others,
 * as the error bound demands. The plan decides look by look; this estimates the total.
 */
import type { Belief } from "./judge.ts";
import { defaultPrior, type PlacePrior } from "./place-likelihood.ts";
import type { ReadingRules } from "./plan-reading.ts";
import { type ReadChance, silence } from "./read-chance.ts";
import { defaultRules } from "./verdict.ts";

/** Share of the bound that the search has typically left at home and beside it when it goes on to other places. */
const homeShare = 0.5;
const neighbourShare = 0.4;

export interface ReadingNeed {
  /** Antenna of its home layer, and those of the layers beside it. */
  home: number;
  near: readonly number[];
  /** Total rounds, from the first of the stocktake; the area's total may end within a round of all antennas. */
  homeTo: number;
  nearTo: number;
  areaTo: number;
  /** Probability, by the present belief, that it is still silent after this many rounds of its own antenna. */
  silentAfter(rounds: number): number;
}

interface Reach {
  /** A layer's own antenna; undefined where there is none. */
  ownAntenna(layer: number): number | undefined;
  roundsOf(layer: number): number;
  isReadable(antenna: number): boolean;
}

/** Boxes that were not read yet and for which more rounds help; before the first round these are all boxes. */
export function readingNeeds(belief: Belief, { ownAntenna, roundsOf, isReadable }: Reach, rules: ReadingRules) {
  const { area, prior = defaultPrior, rules: judging = defaultRules } = belief.question;
  const allowed = (judging.presentMax * belief.gone) / (1 - belief.gone);
  const kept = new Map<string, Rounds>();
  const needs: ReadingNeed[] = [];
  for (const { epc, homeLayer, heard, chance } of belief.tags) {
    const verdict = belief.verdicts.get(epc);
    if (!verdict || homeLayer === null || heard.length > 0 || chance.deadShare >= 0.5) continue;
    const home = ownAntenna(homeLayer);
    const rounds = roundsOf(homeLayer);
    if (home === undefined || !isReadable(home) || (rounds > 0 && verdict.doubt !== "rounds")) continue;
    const name = `${chance.healthy.alpha}/${chance.healthy.beta}/${chance.dead.alpha}/${chance.dead.beta}`;
    const to = kept.get(name) ?? roundsFor(chance, prior, allowed, judging.missedMax, rules);
    kept.set(name, to);
    const near = area.neighbours[homeLayer]!.flatMap((layer) => ownAntenna(layer) ?? []).filter(isReadable);
    const { healthy, dead } = silence(chance, rounds);
    const answers = (verdict.present * healthy) / (healthy + dead);
    const silentAfter = (after: number) =>
      1 - answers * (1 - silence(chance, Math.max(after, rounds)).healthy / healthy);
    needs.push({ home, near, ...to, silentAfter });
  }
  return needs;
}

type Rounds = Pick<ReadingNeed, "homeTo" | "nearTo" | "areaTo">;

function roundsFor(
  chance: ReadChance,
  prior: PlacePrior,
  allowed: number,
  missedMax: number,
  { roundsMax, areaRoundsMax }: ReadingRules,
): Rounds {
  const healthy = Array.from({ length: roundsMax + 1 }, (_, rounds) => silence(chance, rounds).healthy);
  const upTo = (isEnough: (healthy: number) => boolean) => {
    const rounds = healthy.findIndex(isEnough);
    return rounds === -1 ? roundsMax : rounds;
  };
  const homeMost = Math.min(missedMax * (1 - chance.deadShare), (homeShare * allowed) / prior.home);
  const homeTo = upTo((left) => left <= homeMost);
  if (!canBeLost(chance, prior, allowed, { roundsMax, areaRoundsMax })) return { homeTo, nearTo: 0, areaTo: 0 };
  const nearTo = upTo((left) => prior.neighbours * left <= neighbourShare * allowed);
  const left = (allowed - prior.home * healthy[homeTo]! - prior.neighbours * healthy[nearTo]!) / prior.rest;
  const whole = Math.min(
    areaRoundsMax,
    upTo((silent) => silent <= left),
  );
  const [before, after] = [healthy[Math.max(0, whole - 1)]!, healthy[whole]!];
  const part = before > after ? Math.min(1, Math.max(0, (before - left) / (before - after))) : 1;
  return { homeTo, nearTo, areaTo: whole === 0 ? 0 : whole - 1 + part };
}

/** Whether silence can ever bring a box with this tag under the bound: no rounds are spent on what reading cannot settle. */
export function canBeLost(
  chance: ReadChance,
  prior: PlacePrior,
  allowed: number,
  { roundsMax, areaRoundsMax }: Pick<ReadingRules, "roundsMax" | "areaRoundsMax">,
): boolean {
  const left = (rounds: number) => {
    const { healthy, dead } = silence(chance, rounds);
    return healthy + dead;
  };
  return (prior.home + prior.neighbours) * left(roundsMax) + prior.rest * left(areaRoundsMax) <= allowed;
}
