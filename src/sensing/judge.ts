/**
 * Where every box of an area is, from what its antennas heard and did not hear. Pure: no clock, no chance, no I/O.
 *   gatherEvidence(rows)         evidence.ts      rows of a count → evidence of each antenna's newest visit
 *   judge(question, evidence)    this file        → a verdict for every box and unknown tag; given the last belief, only what changed is judged
 *   calibrate(sessions)          calibrate.ts     → a profile of the antennas; profileFit says whether one still fits
 *   planReading(belief, reach)   plan-reading.ts  → which antennas to read next, and when to stop
 * A tag's way: place-likelihood.ts (each layer by itself) → components.ts, match-layers.ts (all boxes together, no layer
 * overfull) → verdict.ts. Silence is weighed in presence.ts with the tag's own read chance (read-chance.ts).
 */
import { contendingGroups } from "./components.ts";
import type { Evidence } from "./evidence.ts";
import { goneShare } from "./gone-share.ts";
import { type KeptTag, kindOf, oddsAlone, oddsOf, roomsOf, shownEvidence, tagsToJudge } from "./judged-tags.ts";
import { matchLayers } from "./match-layers.ts";
import { defaultPrior, goneLayer, type PlacePrior, placeLikelihood } from "./place-likelihood.ts";
import { presenceUnheard, unheardIfPresent } from "./presence.ts";
import { layOut, type Profile } from "./profile.ts";
import { chanceOf, noHistory, type TagHistory } from "./read-chance.ts";
import { type SensedArea, thirdOf } from "./sensed-area.ts";
import { isTouched, SilentLayers, touchedLayers } from "./touched.ts";
import {
  type Alternative,
  defaultRules,
  type JudgeRules,
  outcomeHeard,
  outcomeUnheard,
  type Verdict,
} from "./verdict.ts";

/** A box that the journal knows. */
export interface KnownBox {
  epc: string;
  /** Layer of its current slot; null when it is not expected in this area (lent out, in transit, elsewhere). */
  layerId: string | null;
  /** Middle of that slot from the layer's left end; null when only the layer is known. */
  middleMm?: number | null;
  /** Null: taken for the narrowest. */
  thicknessMm?: number | null;
  history?: TagHistory;
}

export interface JudgedArea {
  area: SensedArea;
  profile: Profile;
  boxes: readonly KnownBox[];
  prior?: PlacePrior;
  rules?: JudgeRules;
}

/** What is believed of an area. A value: judging again makes a new one. A few hundred bytes a tag. */
export interface Belief {
  question: JudgedArea;
  evidence: Evidence;
  /** By EPC: every expected box, and everything that was heard. */
  verdicts: ReadonlyMap<string, Verdict>;
  /** Tags that were judged anew for this belief. */
  rejudged: number;
  /** For the next judging and the plan; in order of EPC. */
  tags: readonly KeptTag[];
  /** Share of boxes that are gone, as learned from this count; see gone-share.ts. */
  gone: number;
}

const alternativesMax = 5;

/** `before`: the last belief of the same area, profile, prior and rules; boxes are compared by identity. */
export function judge(question: JudgedArea, evidence: Evidence, before?: Belief): Belief {
  const { area, profile } = question;
  const prior = question.prior ?? defaultPrior;
  const rules = question.rules ?? defaultRules;
  const table = layOut(profile, area);
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
    (epc, box, heard) => {
      const homeLayer = box?.layerId == null ? null : (area.layerIndex.get(box.layerId) ?? null);
      const homeThird =
        homeLayer === null || box?.middleMm == null
          ? null
          : thirdOf(box.middleMm, area.layers[homeLayer]!.usableWidthMm);
      const chance = chanceOf(box?.history ?? noHistory);
      const { candidates, layers } = likelihood.score({ homeLayer, homeThird, chance, heard });
      const width = kindOf(area, box?.thicknessMm ?? 0);
      const alone = oddsAlone(candidates);
      return { epc, box, heard, chance, homeLayer, candidates, layers, width, group: null, probabilities: alone };
    },
  );

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
      tags[group[n]!] = { ...tag, group: epcs, probabilities: oddsOf(above[n]!) };
    });
  }
  const silent = new SilentLayers(area, likelihood.ownRounds);
  const gone = learnedGone();
  // Copied while the tags are the same: most verdicts stay as they are, and in their order.
  const verdicts = new Map(isSameSet ? last?.verdicts : undefined);
  for (let i = 0; i < tags.length; i++) {
    const tag = tags[i]!;
    if (isInGroup[i] === 0 && tag.group !== null) {
      tags[i] = { ...tag, group: null, probabilities: oddsAlone(tag.candidates) };
      fresh.add(tag.epc);
    }
    // Silence is weighed over the whole area, so a silent box is looked at every time.
    const isAnew = fresh.has(tag.epc) || tag.heard.length === 0;
    if (isAnew || !isSameSet)
      verdicts.set(tag.epc, (isAnew ? undefined : last?.verdicts.get(tag.epc)) ?? verdictOf(tags[i]!));
  }
  return { question, evidence, verdicts, rejudged: fresh.size, tags, gone };

  function learnedGone(): number {
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

  function verdictOf(tag: KeptTag): Verdict {
    const { epc, homeLayer } = tag;
    const homeLayerId = homeLayer === null ? null : area.layers[homeLayer]!.id;
    const base = { epc, homeLayerId, evidence: shownEvidence(area, evidence, homeLayer, tag.heard) };
    if (tag.heard.length === 0 && homeLayer !== null) {
      const rounds = likelihood.ownRounds(homeLayer);
      const { neighbours, rest } = silent.around(homeLayer);
      const presence = presenceUnheard(tag.chance, rounds, neighbours, rest, { ...prior, gone });
      const { present, readable, dead } = presence;
      // What may stand in layers that nobody asked is no word for its home: it is left out of both, see `doubt`.
      const atHome = rounds === 0 ? present : readable + dead;
      const alternatives: Alternative[] = [
        { layerId: homeLayerId, probability: atHome },
        { layerId: null, probability: 1 - present },
      ];
      if (atHome < 1 - present) alternatives.reverse();
      const { layerId, probability } = alternatives[0]!;
      const said =
        rounds === 0
          ? ({ outcome: "notCovered", doubt: "coverage" } as const)
          : outcomeUnheard(presence, tag.chance.deadShare, rules);
      return { ...base, ...said, layerId, probability, present, alternatives };
    }
    const ranked = tag.candidates
      .map(({ layer }, i) => ({ layer, probability: tag.probabilities[i]! }))
      .sort((a, b) => b.probability - a.probability || a.layer - b.layer);
    const { layer, probability } = ranked[0]!;
    const isGone = layer === goneLayer;
    const outcome = outcomeHeard(tag.box !== null, layer === homeLayer, isGone, probability, rules);
    const present = 1 - (ranked.find((one) => one.layer === goneLayer)?.probability ?? 0);
    const alternatives = ranked.slice(0, alternativesMax).map((one) => ({
      layerId: one.layer === goneLayer ? null : area.layers[one.layer]!.id,
      probability: one.probability,
    }));
    return { ...base, outcome, doubt: null, layerId: alternatives[0]!.layerId, probability, present, alternatives };
  }
}

function isSameQuestion(a: JudgedArea, b: JudgedArea): boolean {
  return a.area === b.area && a.profile === b.profile && a.prior === b.prior && a.rules === b.rules;
}
