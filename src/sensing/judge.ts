/**
 * Where every box of an area is, from what its antennas heard and did not hear. Pure: no clock, no chance, no I/O.
 *   gatherEvidence(rows)         evidence.ts      rows of a stocktake → evidence of each antenna's newest visit
 *   judge(question, evidence)    this file        → a verdict for every box and unknown tag; given the last belief, only what changed is judged
 *   calibrate(sessions)          calibrate.ts     → a calibration of the antennas; calibrationFit says whether one still fits
 *   planReading(belief, reach)   plan-reading.ts  → which antennas to read next, and when to stop
 * A tag's way: place-likelihood.ts (each layer by itself) → components.ts, match-layers.ts (all boxes together, no layer
 * overfull) → verdict.ts. Silence is weighed in presence.ts with the tag's own read chance (read-chance.ts).
 */

import { type Calibration, layOut } from "./calibration.ts";
import { contendingGroups } from "./components.ts";
import type { Evidence, HeardEvidence } from "./evidence.ts";
import { goneShare } from "./gone-share.ts";
import { type KeptTag, kindOf, probabilitiesAlone, probabilitiesOf, roomsOf, tagsToJudge } from "./judged-tags.ts";
import { matchLayers } from "./match-layers.ts";
import { defaultPrior, type PlaceLikelihood, type PlacePrior, placeLikelihood } from "./place-likelihood.ts";
import { unheardIfPresent } from "./presence.ts";
import { chanceOf, noHistory, type TagHistory } from "./read-chance.ts";
import { type SensedArea, thirdOf } from "./sensed-area.ts";
import { verdictOf } from "./tag-verdict.ts";
import { isTouched, SilentLayers, touchedLayers } from "./touched.ts";
import { defaultRules, type JudgeRules, type Verdict } from "./verdict.ts";

/** A box that the journal knows. */
export interface KnownBox {
  epc: string;
  /** Layer of its current slot; null when it is not expected in this area (lent, in transit, elsewhere). */
  layerId: string | null;
  /** Middle of that slot from the layer's left end; null when only the layer is known. */
  middleMm?: number | null;
  /** Null: treated as the narrowest. */
  thicknessMm?: number | null;
  history?: TagHistory;
}

export interface JudgedArea {
  area: SensedArea;
  calibration: Calibration;
  boxes: readonly KnownBox[];
  prior?: PlacePrior;
  rules?: JudgeRules;
}

/** The belief about an area: an immutable value, a few hundred bytes for each tag. Judging again makes a new one. */
export interface Belief {
  question: JudgedArea;
  evidence: Evidence;
  /** By EPC: every expected box, and every tag that was read. */
  verdicts: ReadonlyMap<string, Verdict>;
  /** Number of tags judged anew for this belief. */
  rejudged: number;
  /** For the next judging and the plan; sorted by EPC. */
  tags: readonly KeptTag[];
  /** Share of missing boxes as learned from this stocktake; see gone-share.ts. */
  gone: number;
}

/** `before`: the last belief with the same area, calibration, prior and rules; boxes are compared by identity. */
export function judge(question: JudgedArea, evidence: Evidence, before?: Belief): Belief {
  const { area, calibration } = question;
  const prior = question.prior ?? defaultPrior;
  const rules = question.rules ?? defaultRules;
  const table = layOut(calibration, area);
  const likelihood = placeLikelihood(area, table, evidence, prior);
  const roomOf = roomsOf(area);
  const last = before && isSameQuestion(before.question, question) ? before : undefined;
  const touched = last ? touchedLayers(area, table, last.evidence, evidence) : new Uint8Array(area.layers.length);
  const { tags, fresh, isSameSet } = tagsToJudge(
    area,
    question.boxes,
    evidence,
    { tags: last?.tags ?? [], boxes: last?.question.boxes ?? [], has: (epc) => last?.verdicts.has(epc) ?? false },
    ({ layers }) => isTouched(layers, touched),
    (epc, box, heard) => weighed(area, likelihood, epc, box, heard),
  );

  const isInGroup = settleGroups(tags, fresh, roomOf);
  const silent = new SilentLayers(area, likelihood.ownRounds);
  const gone = learnedGone(tags, likelihood, silent, prior);
  const judging = { area, evidence, prior, rules, likelihood, silent, gone };
  // Copied while the tags are the same: most verdicts stay as they are, in their order.
  const verdicts = new Map(isSameSet ? last?.verdicts : undefined);
  for (let i = 0; i < tags.length; i++) {
    const tag = tags[i]!;
    if (isInGroup[i] === 0 && tag.group !== null) {
      tags[i] = { ...tag, group: null, probabilities: probabilitiesAlone(tag.candidates) };
      fresh.add(tag.epc);
    }
    // Silence is weighed over the whole area, so a silent box is judged every time.
    const isAnew = fresh.has(tag.epc) || tag.heard.length === 0;
    if (isAnew || !isSameSet)
      verdicts.set(tag.epc, (isAnew ? undefined : last?.verdicts.get(tag.epc)) ?? verdictOf(judging, tags[i]!));
  }
  return { question, evidence, verdicts, rejudged: fresh.size, tags, gone };
}

/** Weighs each layer for a single tag; competition between tags comes later. */
function weighed(
  area: SensedArea,
  likelihood: PlaceLikelihood,
  epc: string,
  box: KnownBox | null,
  heard: readonly HeardEvidence[],
): KeptTag {
  const homeLayer = box?.layerId == null ? null : (area.layerIndex.get(box.layerId) ?? null);
  const homeThird =
    homeLayer === null || box?.middleMm == null ? null : thirdOf(box.middleMm, area.layers[homeLayer]!.usableWidthMm);
  const chance = chanceOf(box?.history ?? noHistory);
  const { candidates, layers } = likelihood.score({ homeLayer, homeThird, chance, heard });
  const width = kindOf(area, box?.thicknessMm ?? 0);
  const alone = probabilitiesAlone(candidates);
  return { epc, box, heard, chance, homeLayer, candidates, layers, width, group: null, probabilities: alone };
}

/** Boxes that compete for the same room are judged together; those in a new or changed group get the group's probabilities. */
function settleGroups(tags: KeptTag[], fresh: Set<string>, roomOf: ReturnType<typeof roomsOf>): Uint8Array {
  const isInGroup = new Uint8Array(tags.length);
  for (const group of contendingGroups(tags, roomOf)) {
    const members = group.map((i) => tags[i]!);
    for (const i of group) isInGroup[i] = 1;
    const name = members[0]!.group;
    const isKept = name?.length === members.length && members.every((tag) => tag.group === name && !fresh.has(tag.epc));
    if (isKept) continue;
    const epcs = members.map(({ epc }) => epc);
    const { above } = matchLayers(members, roomOf);
    members.forEach((tag, n) => {
      fresh.add(tag.epc);
      tags[group[n]!] = { ...tag, group: epcs, probabilities: probabilitiesOf(above[n]!) };
    });
  }
  return isInGroup;
}

function learnedGone(
  tags: readonly KeptTag[],
  likelihood: PlaceLikelihood,
  silent: SilentLayers,
  prior: PlacePrior,
): number {
  let boxes = 0;
  const unheard: number[] = [];
  for (const { homeLayer, heard, chance } of tags) {
    const rounds = homeLayer === null ? 0 : likelihood.ownRounds(homeLayer);
    if (homeLayer === null || rounds === 0) continue;
    boxes++;
    if (heard.length > 0) continue;
    const { neighbours, rest } = silent.around(homeLayer);
    unheard.push(unheardIfPresent(chance, rounds, neighbours, rest, prior).sum);
  }
  return goneShare(prior.gone, unheard, boxes);
}

function isSameQuestion(a: JudgedArea, b: JudgedArea): boolean {
  return a.area === b.area && a.calibration === b.calibration && a.prior === b.prior && a.rules === b.rules;
}
