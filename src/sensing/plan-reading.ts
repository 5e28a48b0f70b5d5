/**
 * Which antennas to read next, and when to stop: first every antenna once, then only where somebody is silent or two layers
 * compete. A silent box costs rounds of its own antenna first, of its neighbourhood next, of the area last: as much as the
 * stated bound needs at each, given what its tag has shown. Pure; the caller carries the orders out and judges again.
 */
import type { Belief } from "./judge.ts";
import { defaultPrior } from "./place-likelihood.ts";
import { type ReadChance, silence } from "./read-chance.ts";
import { type Remaining, remainingTime } from "./reading-time.ts";
import { defaultRules } from "./verdict.ts";

export interface ReadingReach {
  /** Antennas that may be read, by key: scope, and healthy as far as known. */
  isReadable(antennaKey: string): boolean;
  /** Readers of one shared pair (RS-485) answer one after the other; others work side by side. */
  pairOf(readerId: string): string;
  /** Air and wire time of one round of this antenna, ms; measured by the caller. */
  roundMs(antennaKey: string): number;
  /** Power for tags that stay silent, where the site allows more than usual; null = as usual. */
  powerMaxDbm?: number | null;
}

export interface ReadingRules {
  /** Rounds of an antenna in one visit; what is still open then is listed, not chased. */
  roundsMax: number;
  /** The same for an antenna read only because a box of elsewhere might stand there. */
  areaRoundsMax: number;
  /** The same for telling two layers apart; more rounds of one visit soon say nothing new. */
  layerRoundsMax: number;
}

export const defaultReading: ReadingRules = { roundsMax: 12, areaRoundsMax: 3, layerRoundsMax: 5 };

export interface ReadingOrder {
  readerId: string;
  antenna: number;
  rounds: number;
  /** Null: the usual power. */
  powerDbm: number | null;
  why: "first" | "silent" | "neighbour" | "area" | "layer";
}

export interface ReadingPlan {
  /** Empty when the bound is reached or nothing more can be reached. */
  orders: ReadingOrder[];
  isDone: boolean;
  /** Boxes that keep the plan going. */
  openBoxes: number;
  remaining: Remaining;
}

/** `belief` may be that of no evidence at all. Orders are small, so that each judging can spare the rest. */
export function planReading(belief: Belief, reach: ReadingReach, rules: ReadingRules = defaultReading): ReadingPlan {
  const { area } = belief.question;
  const prior = belief.question.prior ?? defaultPrior;
  const { presentMax, missedMax, certainMin } = belief.question.rules ?? defaultRules;
  const offered = area.antennas.map(({ key }) => belief.evidence.antennas.get(key)?.roundsOffered ?? 0);
  const wanted = new Map<number, { rounds: number; why: ReadingOrder["why"] }>();
  const want = (antenna: number | undefined, rounds: number, why: ReadingOrder["why"]): boolean => {
    if (antenna === undefined || offered[antenna]! >= rounds || !reach.isReadable(area.antennas[antenna]!.key))
      return false;
    const before = wanted.get(antenna);
    if (!before || before.rounds < rounds) wanted.set(antenna, { rounds, why });
    return true;
  };
  const antennaOf = (layer: number) => {
    const ear = area.ears[layer]?.[0];
    return ear?.isOwn ? ear.antenna : undefined;
  };

  for (let antenna = 0; antenna < offered.length; antenna++) want(antenna, 1, "first");
  const unread = wanted.size;
  let openBoxes = 0;
  let areaRounds = 0;
  // A third of what the bound leaves for each of: at home, beside it, anywhere else.
  const present = (presentMax * prior.gone) / (1 - prior.gone) / 3;
  for (const [epc, verdict] of unread > 0 ? [] : belief.verdicts) {
    const tag = belief.kept.get(epc)!;
    let isOpen = false;
    if (verdict.outcome === "suspected" && verdict.doubt === "rounds" && tag.homeLayer !== null) {
      const home = roundsFor(tag.chance, Math.min(missedMax, present / prior.home), rules.roundsMax);
      const beside = roundsFor(tag.chance, present / prior.neighbours, rules.roundsMax);
      isOpen = want(antennaOf(tag.homeLayer), home, "silent");
      // The neighbourhood waits until its own antenna has said what it can.
      if (!isOpen) {
        for (const layer of area.neighbours[tag.homeLayer]!)
          isOpen = want(antennaOf(layer), beside, "neighbour") || isOpen;
        areaRounds = Math.max(areaRounds, roundsFor(tag.chance, present / prior.rest, rules.areaRoundsMax));
      }
    } else if (verdict.outcome === "suspected" && tag.heard.length > 0 && verdict.probability < certainMin) {
      for (const { layerId } of verdict.alternatives.slice(0, 2)) {
        if (layerId === null) continue;
        const antenna = antennaOf(area.layerIndex.get(layerId)!);
        isOpen = want(antenna, rules.layerRoundsMax, "layer") || isOpen;
      }
    }
    if (isOpen) openBoxes++;
  }
  for (let antenna = 0; antenna < offered.length; antenna++) want(antenna, areaRounds, "area");

  const orders = [...wanted]
    .sort(([a], [b]) => a - b)
    .map(([antenna, { why }]): ReadingOrder => {
      const { readerId, antenna: port } = area.antennas[antenna]!;
      const isLoud = why === "silent" && offered[antenna]! >= 2;
      // One at a time: the next round may hear whoever was silent.
      return {
        readerId,
        antenna: port,
        rounds: 1,
        powerDbm: isLoud ? (reach.powerMaxDbm ?? null) : null,
        why,
      };
    });
  const most = new Map([...wanted].map(([antenna, { rounds }]) => [antenna, rounds - offered[antenna]!]));
  return { orders, isDone: orders.length === 0, openBoxes, remaining: remainingTime(area, most, unread, reach) };
}

/** Fewest rounds after which a present tag stays silent with at most this chance; nearly dead tags are another matter. */
function roundsFor(chance: ReadChance, silentMax: number, roundsMax: number): number {
  for (let rounds = 1; rounds < roundsMax; rounds++) if (silence(chance, rounds).healthy <= silentMax) return rounds;
  return roundsMax;
}
