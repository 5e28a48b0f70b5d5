/** What the judge keeps of a tag between two beliefs, and the small steps around the matching. */
import type { Evidence, HeardEvidence } from "./evidence.ts";
import type { KnownBox } from "./judge.ts";
import type { LayerRoom, MatchBox } from "./match-state.ts";
import type { Candidate } from "./place-likelihood.ts";
import type { ReadChance } from "./read-chance.ts";
import type { SensedArea } from "./sensed-area.ts";
import type { ShownEvidence } from "./verdict.ts";

export interface KeptTag extends MatchBox {
  epc: string;
  /** Null for a tag of no box. */
  box: KnownBox | null;
  heard: readonly HeardEvidence[];
  chance: ReadChance;
  homeLayer: number | null;
  /** All EPCs it was matched together with. */
  group: string;
  /** By candidate. */
  probabilities: readonly number[];
}

const evidenceMax = 12;

/** Every expected box and every tag heard, in order of EPC, so that the order of rows never matters. */
export function tagsToJudge(
  area: SensedArea,
  boxes: readonly KnownBox[],
  evidence: Evidence,
): [epc: string, box: KnownBox | null][] {
  const known = new Map(boxes.map((box) => [box.epc.toUpperCase(), box]));
  const tags: [string, KnownBox | null][] = [];
  for (const [epc, box] of known) {
    const isExpected = box.layerId !== null && area.layerIndex.has(box.layerId);
    if (isExpected || evidence.heardByEpc.has(epc)) tags.push([epc, box]);
  }
  for (const epc of evidence.heardByEpc.keys()) if (!known.has(epc)) tags.push([epc, null]);
  return tags.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Slots by kind, as many as take a box of that kind. */
export function roomsOf(area: SensedArea): (layer: number) => LayerRoom {
  const room = area.slots.map((_, g) => area.slots.slice(g).reduce((sum, { count }) => sum + count, 0));
  return () => room;
}

/** The narrowest kind of slot that takes the box. */
export function kindOf(area: SensedArea, thicknessMm: number): number {
  const kind = area.slots.findIndex(({ widthMm }) => widthMm >= thicknessMm);
  return kind === -1 ? area.slots.length - 1 : kind;
}

/** Of a box that contends with nobody. */
export function oddsAlone(candidates: readonly Candidate[]): number[] {
  if (candidates.length === 1) return [1];
  let best = Number.NEGATIVE_INFINITY;
  for (const { log } of candidates) best = Math.max(best, log);
  return oddsOf(candidates.map(({ log }) => best - log));
}

/** Costs in nats → probabilities. */
export function oddsOf(costs: readonly number[]): number[] {
  const weights = costs.map((cost) => Math.exp(-cost));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The home antenna and those that heard the tag, most answers first. */
export function shownEvidence(
  area: SensedArea,
  evidence: Evidence,
  homeLayer: number | null,
  heard: readonly HeardEvidence[],
): ShownEvidence[] {
  const shown: ShownEvidence[] = [];
  const show = (key: string, roundsAnswered: number, meanDbm: number | null) => {
    const antenna = area.antennas[area.antennaIndex.get(key) ?? -1];
    const roundsOffered = evidence.antennas.get(key)?.roundsOffered ?? 0;
    if (!antenna || roundsOffered === 0) return;
    const { readerId } = antenna;
    const layerId = area.layers[antenna.layer]!.id;
    shown.push({ readerId, antenna: antenna.antenna, layerId, roundsOffered, roundsAnswered, meanDbm });
  };
  for (const one of heard) show(one.key, one.roundsAnswered, one.signalDbm);
  const ear = homeLayer === null ? undefined : area.ears[homeLayer]![0];
  const own = ear?.isOwn ? area.antennas[ear.antenna]!.key : null;
  if (own !== null && !heard.some(({ key }) => key === own)) show(own, 0, null);
  return shown.sort((a, b) => b.roundsAnswered - a.roundsAnswered).slice(0, evidenceMax);
}
