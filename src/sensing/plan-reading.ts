/**
 * Which antennas to read next, and when to stop: first every antenna once, then where a silent box most likely answers (home
 * first, then search-silent.ts) until the error bound is met; at last where two layers compete, since the search often makes
 * those rounds anyway. Pure: the caller carries the orders out, gathers, judges and asks again.
 */
import type { Belief } from "./judge.ts";
import { defaultPrior } from "./place-likelihood.ts";
import { silence } from "./read-chance.ts";
import { canBeLost, readingNeeds } from "./reading-needs.ts";
import { type Remaining, remainingTime } from "./reading-time.ts";
import { type SilentBox, searchSilent } from "./search-silent.ts";
import { defaultRules, type Verdict } from "./verdict.ts";

export interface ReadingReach {
  /** Antennas that may be read, by key: in scope, and healthy as far as known. */
  isReadable(antennaKey: string): boolean;
  /** Readers that share one RS-485 pair read one after the other; others work in parallel. */
  pairOf(readerId: string): string;
  /** Air and wire time of one round of this antenna, ms; measured by the caller. */
  roundMs(antennaKey: string): number;
  /** Higher power for tags that stay silent, where the site allows it; null = usual power. */
  powerMaxDbm?: number | null;
}

export interface ReadingRules {
  /** Most rounds of an antenna in one visit; boxes still open then are listed as such. */
  roundsMax: number;
  /** The same for antennas that are read only because a box of another place might stand there. */
  areaRoundsMax: number;
  /** The same for telling two layers apart; more rounds of one visit soon add nothing. */
  layerRoundsMax: number;
  /** The same for a verdict near its threshold: one answer more or less may still decide. */
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
  /** Empty when the bound is reached or nothing more can be read. One round each: the next may read the silent boxes. */
  orders: ReadingOrder[];
  isDone: boolean;
  /** Boxes that keep the plan going. */
  openBoxes: number;
  remaining: Remaining;
}

const nothingLeft: Remaining = { expectedMs: 0, expectedRounds: 0, expectedLooks: 0 };

/** A layer with at least this probability may still become certain. */
const thinMin = 0.97;

/** `belief` may be one without any evidence. */
export function planReading(belief: Belief, reach: ReadingReach, rules: ReadingRules = defaultReading): ReadingPlan {
  const { area } = belief.question;
  const prior = belief.question.prior ?? defaultPrior;
  const { presentMax, missedMax, certainMin } = belief.question.rules ?? defaultRules;
  /** Limit for the remaining probability that a silent box is present, on the scale of its prior. */
  const allowed = (presentMax * belief.gone) / (1 - belief.gone);
  const offered = area.antennas.map(({ key }) => belief.evidence.antennas.get(key)?.roundsOffered ?? 0);
  const wanted = new Map<number, ReadingOrder["why"]>();
  /** Antennas for boxes between two layers, with the total of rounds. */
  const torn = new Map<number, number>();
  const ownAntenna = (layer: number) =>
    area.layerAntennas[layer]?.[0]?.isOwn ? area.layerAntennas[layer][0].antenna : undefined;
  const roundsOf = (layer: number) => offered[ownAntenna(layer) ?? -1] ?? 0;

  const canAsk = (antenna: number | undefined, roundsMax: number) =>
    antenna !== undefined && offered[antenna]! < roundsMax && reach.isReadable(area.antennas[antenna]!.key);

  function want(antenna: number | undefined, why: ReadingOrder["why"], roundsMax: number): boolean {
    if (antenna === undefined || !canAsk(antenna, roundsMax)) return false;
    if (!wanted.has(antenna)) wanted.set(antenna, why);
    return true;
  }

  /** Its own antenna must almost exclude a miss, whatever is known of other places. */
  function wantAtHome({ homeLayer, chance }: SilentBox): boolean {
    const isMissable = silence(chance, roundsOf(homeLayer)).healthy > missedMax * (1 - chance.deadShare);
    return isMissable && want(ownAntenna(homeLayer), "silent", rules.roundsMax);
  }

  const maxOf = (why: ReadingOrder["why"]) => (why === "area" ? rules.areaRoundsMax : rules.roundsMax);

  /** `boxes`: silent ones for which more rounds help; returns how many keep the plan going. */
  function wantForSilent(boxes: readonly SilentBox[]): number {
    const atHome = new Set(boxes.filter(wantAtHome));
    const search = searchSilent(
      boxes.filter(({ chance }) => canBeLost(chance, prior, allowed, rules)),
      {
        ...{ area, prior: { ...prior, gone: belief.gone }, allowed, rounds: roundsOf },
        canAsk: (layer, why) => canAsk(ownAntenna(layer), maxOf(why)),
      },
    );
    for (const [layer, why] of search.layers) want(ownAntenna(layer), why, maxOf(why));
    return Math.max(atHome.size, search.openBoxes);
  }

  /** Adds the antennas that can decide for a box between two layers. */
  function noteTorn({ probability, alternatives }: Verdict): boolean {
    if (probability >= certainMin) return false;
    const layers = alternatives.slice(0, 2).flatMap(({ layerId }) => area.layerIndex.get(layerId ?? "") ?? []);
    const roundsMax = probability >= thinMin ? rules.thinRoundsMax : rules.layerRoundsMax;
    const antennas = layers.map(ownAntenna).filter((antenna) => canAsk(antenna, roundsMax));
    for (const antenna of antennas) torn.set(antenna!, Math.max(roundsMax, torn.get(antenna!) ?? 0));
    return antennas.length > 0;
  }

  for (let antenna = 0; antenna < offered.length; antenna++) want(antenna, "first", 1);
  const unread = wanted.size;
  const silent: SilentBox[] = [];
  let tornBoxes = 0;
  for (const { epc, homeLayer, chance, heard } of unread > 0 ? [] : belief.tags) {
    const verdict = belief.verdicts.get(epc);
    const isSilent = heard.length === 0 && homeLayer !== null;
    if (isSilent && verdict?.doubt === "rounds") silent.push({ homeLayer, chance });
    if (!isSilent && verdict?.outcome === "suspected" && noteTorn(verdict)) tornBoxes++;
  }
  const openBoxes = wantForSilent(silent) + tornBoxes;
  if (wanted.size === 0) for (const antenna of torn.keys()) wanted.set(antenna, "layer");
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
