/** The judge's data about a tag between two beliefs, and the small steps around the matching. */
import type { Evidence, HeardEvidence } from "./evidence.ts";
import type { KnownBox } from "./judge.ts";
import type { LayerRoom, MatchBox } from "./match-state.ts";
import type { Candidate } from "./place-likelihood.ts";
import type { ReadChance } from "./read-chance.ts";
import type { SensedArea } from "./sensed-area.ts";
import type { ShownEvidence } from "./verdict.ts";

export interface KeptTag extends MatchBox {
  epc: string;
  /** Null for a tag without a box. */
  box: KnownBox | null;
  heard: readonly HeardEvidence[];
  chance: ReadChance;
  homeLayer: number | null;
  /** Layers whose antennas influence its candidates: while none of them was asked again, the candidates stay valid. */
  layers: readonly number[];
  /** EPCs of all tags that it was matched with, one shared list; null when it competes with none. */
  group: readonly string[] | null;
  /** By candidate. */
  probabilities: readonly number[];
}

const evidenceMax = 12;

const nothingHeard: readonly HeardEvidence[] = [];
const byEpc = new WeakMap<readonly KnownBox[], ReadonlyMap<string, KnownBox>>();

/** Boxes by upper-case EPC, computed once for each list. */
function boxesByEpc(boxes: readonly KnownBox[]): ReadonlyMap<string, KnownBox> {
  const known = byEpc.get(boxes) ?? new Map(boxes.map((box) => [box.epc.toUpperCase(), box]));
  byEpc.set(boxes, known);
  return known;
}

export interface TagsToJudge {
  /** Sorted by EPC, so that the order of rows never matters. */
  tags: KeptTag[];
  /** EPCs of the tags that were weighed anew. */
  fresh: Set<string>;
  /** The tags are the same as in `before`. */
  isSameSet: boolean;
}

/**
 * Every expected box and every tag read. A tag of `before` (the last belief, with its list of boxes) is reused unless its box,
 * its reads or a layer that was weighed for it changed: unchanged tags cost one look-up each.
 */
export function tagsToJudge(
  area: SensedArea,
  boxes: readonly KnownBox[],
  { heardByEpc }: Evidence,
  before: { tags: readonly KeptTag[]; boxes: readonly KnownBox[]; has(epc: string): boolean },
  isTouched: (tag: KeptTag) => boolean,
  weigh: (epc: string, box: KnownBox | null, heard: readonly HeardEvidence[]) => KeptTag,
): TagsToJudge {
  const isExpected = (box: KnownBox | null | undefined) => box?.layerId != null && area.layerIndex.has(box.layerId);
  const known = boxesByEpc(boxes);
  const areSameBoxes = before.boxes === boxes;
  const tags: KeptTag[] = [];
  const fresh = new Set<string>();
  let heardAgain = 0;
  for (const old of before.tags) {
    const box = areSameBoxes ? old.box : (known.get(old.epc) ?? null);
    const heard = heardByEpc.get(old.epc) ?? nothingHeard;
    if (heard.length > 0) heardAgain++;
    else if (!isExpected(box)) continue;
    const isSame = old.box === box && isSameHeard(old.heard, heard) && !isTouched(old);
    tags.push(isSame ? old : weigh(old.epc, box, heard));
    if (!isSame) fresh.add(old.epc);
  }
  const left = tags.length;
  const add = (epc: string, box: KnownBox | null) => {
    tags.push(weigh(epc, box, heardByEpc.get(epc) ?? nothingHeard));
    fresh.add(epc);
  };
  if (!areSameBoxes)
    for (const [epc, box] of known) if (!before.has(epc) && isExpected(box) && !heardByEpc.has(epc)) add(epc, box);
  if (heardAgain < heardByEpc.size)
    for (const epc of heardByEpc.keys()) if (!before.has(epc)) add(epc, known.get(epc) ?? null);
  if (tags.length > left) tags.sort((a, b) => (a.epc < b.epc ? -1 : 1));
  return { tags, fresh, isSameSet: left === before.tags.length && tags.length === left };
}

/** Rows of the same visit that were loaded again are other objects with equal content. */
function isSameHeard(a: readonly HeardEvidence[], b: readonly HeardEvidence[]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((one, i) => {
      const { key, roundsAnswered, signalDbm } = b[i]!;
      return one.key === key && one.roundsAnswered === roundsAnswered && one.signalDbm === signalDbm;
    })
  );
}

/** Number of slots by kind that take a box of that kind. */
export function roomsOf(area: SensedArea): (layer: number) => LayerRoom {
  const room = area.slots.map((_, g) => area.slots.slice(g).reduce((sum, { count }) => sum + count, 0));
  return () => room;
}

/** The narrowest kind of slot that takes the box. */
export function kindOf(area: SensedArea, thicknessMm: number): number {
  const kind = area.slots.findIndex(({ widthMm }) => widthMm >= thicknessMm);
  return kind === -1 ? area.slots.length - 1 : kind;
}

/** For a box that competes with none. */
export function probabilitiesAlone(candidates: readonly Candidate[]): number[] {
  if (candidates.length === 1) return [1];
  let best = Number.NEGATIVE_INFINITY;
  for (const { log } of candidates) best = Math.max(best, log);
  return probabilitiesOf(candidates.map(({ log }) => best - log));
}

/** Costs in nats → probabilities. */
export function probabilitiesOf(costs: readonly number[]): number[] {
  const weights = costs.map((cost) => Math.exp(-cost));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The home antenna and those that read the tag, most answers first. */
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
  const layerAntenna = homeLayer === null ? undefined : area.layerAntennas[homeLayer]![0];
  const own = layerAntenna?.isOwn ? area.antennas[layerAntenna.antenna]!.key : null;
  if (own !== null && !heard.some(({ key }) => key === own)) show(own, 0, null);
  return shown.sort((a, b) => b.roundsAnswered - a.roundsAnswered).slice(0, evidenceMax);
}
