/**
 * Which antennas to read next, and when to stop: first every antenna once, then only where somebody is silent or two layers
 * compete. A silent box costs rounds where it most likely is: at home first, beside it next, in the area last, each only as long
 * as it holds most of what the stated bound forbids. Pure: the caller carries the orders out, gathers, judges and asks again.
 */
import type { Belief } from "./judge.ts";
import { defaultPrior } from "./place-likelihood.ts";
import { type ReadChance, silence } from "./read-chance.ts";
import { canBeLost, homeShare, neighbourShare, readingNeeds } from "./reading-needs.ts";
import { type Remaining, remainingTime } from "./reading-time.ts";
import { defaultRules, type Verdict } from "./verdict.ts";

export interface ReadingReach {
  /** Antennas that may be read, by key: in scope, and healthy as far as known. */
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
  /** The same for antennas that are read only because a box of elsewhere might stand there. */
  areaRoundsMax: number;
  /** The same for telling two layers apart; more rounds of one visit soon say nothing new. */
  layerRoundsMax: number;
  /** The same where the verdict's threshold is near: one answer more or less may still decide. */
  thinRoundsMax: number;
}

export const defaultReading: ReadingRules = { roundsMax: 12, areaRoundsMax: 3, layerRoundsMax: 4, thinRoundsMax: 6 };

export interface ReadingOrder {
  readerId: string;
  antenna: number;
  rounds: number;
  /** Null: the usual power. */
  powerDbm: number | null;
  why: "first" | "silent" | "neighbour" | "area" | "layer";
}

export interface ReadingPlan {
  /** Empty when the bound is reached or nothing more can be reached. One round each: the next may hear whoever was silent. */
  orders: ReadingOrder[];
  isDone: boolean;
  /** Boxes that keep the plan going. */
  openBoxes: number;
  remaining: Remaining;
}

const nothingLeft: Remaining = { expectedMs: 0, expectedRounds: 0, expectedLooks: 0 };

/** A layer named with this much may still become certain. */
const thinMin = 0.97;

/** `belief` may be that of no evidence at all. */
export function planReading(belief: Belief, reach: ReadingReach, rules: ReadingRules = defaultReading): ReadingPlan {
  const { area } = belief.question;
  const prior = belief.question.prior ?? defaultPrior;
  const { presentMax, missedMax, certainMin } = belief.question.rules ?? defaultRules;
  /** What may be left of the chance that a silent box is present, on the scale of its prior. */
  const allowed = (presentMax * belief.gone) / (1 - belief.gone);
  const offered = area.antennas.map(({ key }) => belief.evidence.antennas.get(key)?.roundsOffered ?? 0);
  const wanted = new Map<number, ReadingOrder["why"]>();
  /** Of those for torn boxes: rounds in all. */
  const torn = new Map<number, number>();
  const ownAntenna = (layer: number) => (area.ears[layer]?.[0]?.isOwn ? area.ears[layer][0].antenna : undefined);
  const roundsOf = (layer: number) => offered[ownAntenna(layer) ?? -1] ?? 0;

  function want(antenna: number | undefined, why: ReadingOrder["why"], roundsMax: number): boolean {
    if (antenna === undefined || offered[antenna]! >= roundsMax) return false;
    if (!reach.isReadable(area.antennas[antenna]!.key)) return false;
    if (!wanted.has(antenna)) wanted.set(antenna, why);
    return true;
  }

  /** Antennas of the area by how little they were read: where a box of nowhere is looked for first. */
  const byRounds = area.antennas.map((_, antenna) => antenna).sort((a, b) => offered[a]! - offered[b]! || a - b);

  function wantForSilent(home: number, chance: ReadChance): boolean {
    const silent = (layer: number) => silence(chance, roundsOf(layer)).healthy;
    const atHome = prior.home * silent(home);
    const isMissable = silent(home) > missedMax * (1 - chance.deadShare);
    if ((isMissable || atHome > homeShare * allowed) && want(ownAntenna(home), "silent", rules.roundsMax)) return true;
    if (!canBeLost(chance, prior, allowed, rules)) return false;
    const near = area.neighbours[home]!;
    const beside = near.reduce((sum, layer) => sum + (prior.neighbours / near.length) * silent(layer), 0);
    if (beside > neighbourShare * allowed) {
      const rounds = Math.min(...near.map(roundsOf));
      const least = near.filter((layer) => roundsOf(layer) === rounds);
      const isWanted = least.map((layer) => want(ownAntenna(layer), "neighbour", rules.roundsMax)).some(Boolean);
      if (isWanted) return true;
    }
    // Everywhere else: one round more in as many layers as bring the sum below what is left.
    const apart = new Set([home, ...near].map(ownAntenna));
    const others = byRounds.filter((antenna) => !apart.has(antenna));
    const share = prior.rest / Math.max(1, area.layers.length - 1 - near.length);
    const silentAt = (antenna: number, more: number) => share * silence(chance, offered[antenna]! + more).healthy;
    let left = allowed - atHome - beside - others.reduce((sum, antenna) => sum + silentAt(antenna, 0), 0);
    let isOpen = false;
    for (const antenna of others) {
      if (left >= 0) break;
      if (!want(antenna, "area", rules.areaRoundsMax)) continue;
      isOpen = true;
      left += silentAt(antenna, 0) - silentAt(antenna, 1);
    }
    if (isOpen || left >= 0) return isOpen;
    return [home, ...near].map((layer) => want(ownAntenna(layer), "silent", rules.roundsMax)).some(Boolean);
  }

  function wantForTorn({ probability, alternatives }: Verdict): boolean {
    if (probability >= certainMin) return false;
    const layers = alternatives.slice(0, 2).flatMap(({ layerId }) => area.layerIndex.get(layerId ?? "") ?? []);
    const roundsMax = probability >= thinMin ? rules.thinRoundsMax : rules.layerRoundsMax;
    return layers
      .map(ownAntenna)
      .map((antenna) => {
        const isWanted = want(antenna, "layer", roundsMax);
        if (isWanted) torn.set(antenna!, Math.max(roundsMax, torn.get(antenna!) ?? 0));
        return isWanted;
      })
      .some(Boolean);
  }

  for (let antenna = 0; antenna < offered.length; antenna++) want(antenna, "first", 1);
  const unread = wanted.size;
  let openBoxes = 0;
  for (const { epc, homeLayer, chance, heard } of unread > 0 ? [] : belief.tags) {
    const verdict = belief.verdicts.get(epc);
    if (!verdict) continue;
    const isSilent = heard.length === 0 && homeLayer !== null;
    if (isSilent ? verdict.doubt !== "rounds" : verdict.outcome !== "suspected") continue;
    if (isSilent ? wantForSilent(homeLayer, chance) : wantForTorn(verdict)) openBoxes++;
  }
  const orders = [...wanted]
    .sort(([a], [b]) => a - b)
    .map(([antenna, why]): ReadingOrder => {
      const { readerId, antenna: port } = area.antennas[antenna]!;
      const isLoud = why === "silent" && offered[antenna]! >= 2;
      return { readerId, antenna: port, rounds: 1, powerDbm: isLoud ? (reach.powerMaxDbm ?? null) : null, why };
    });
  const isReadable = (antenna: number) => reach.isReadable(area.antennas[antenna]!.key);
  const needs = orders.length === 0 ? [] : readingNeeds(belief, { ownAntenna, roundsOf, isReadable }, rules);
  const ahead = { offered, isReadable, needs, torn, ...rules };
  const remaining = orders.length === 0 ? nothingLeft : remainingTime(area, ahead, reach);
  return { orders, isDone: orders.length === 0, openBoxes, remaining };
}
