/** Turns one tag's probabilities into its verdict. */
import type { Evidence } from "./evidence.ts";
import { type KeptTag, shownEvidence } from "./judged-tags.ts";
import { goneLayer, type PlaceLikelihood, type PlacePrior } from "./place-likelihood.ts";
import { presenceUnheard } from "./presence.ts";
import type { SensedArea } from "./sensed-area.ts";
import type { SilentLayers } from "./touched.ts";
import { type Alternative, type JudgeRules, outcomeHeard, outcomeUnheard, type Verdict } from "./verdict.ts";

/** Values shared by the verdicts of one judging. */
export interface Judging {
  area: SensedArea;
  evidence: Evidence;
  prior: PlacePrior;
  rules: JudgeRules;
  likelihood: PlaceLikelihood;
  silent: SilentLayers;
  /** Share of missing boxes as learned from this stocktake. */
  gone: number;
}

type Base = Pick<Verdict, "epc" | "homeLayerId" | "evidence">;

const alternativesMax = 5;

export function verdictOf(judging: Judging, tag: KeptTag): Verdict {
  const { area, evidence } = judging;
  const { epc, homeLayer } = tag;
  const homeLayerId = homeLayer === null ? null : area.layers[homeLayer]!.id;
  const base = { epc, homeLayerId, evidence: shownEvidence(area, evidence, homeLayer, tag.heard) };
  return tag.heard.length === 0 && homeLayer !== null
    ? unheardVerdict(judging, base, tag, homeLayer)
    : heardVerdict(judging, base, tag);
}

function unheardVerdict(judging: Judging, base: Base, tag: KeptTag, homeLayer: number): Verdict {
  const { likelihood, silent, prior, rules, gone } = judging;
  const { homeLayerId } = base;
  const rounds = likelihood.ownRounds(homeLayer);
  const { neighbours, rest } = silent.around(homeLayer);
  const presence = presenceUnheard(tag.chance, rounds, neighbours, rest, { ...prior, gone });
  const { present, readable, dead } = presence;
  // The part in layers that were not asked says nothing about its home: it is left out of both, see `doubt`.
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

function heardVerdict({ area, rules }: Judging, base: Base, tag: KeptTag): Verdict {
  const { homeLayer } = tag;
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
