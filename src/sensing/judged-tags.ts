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
  /** Layers whose antennas have a say in its candidates: while none of them was asked again, they stay as they are. */
  layers: readonly number[];
  /** All EPCs it was matched together with, one value for all of them; null when it contends with nobody. */
  group: readonly string[] | null;
  /** By candidate. */
  probabilities: readonly number[];
}

const evidenceMax = 12;

const byEpc = new WeakMap<readonly KnownBox[], ReadonlyMap<string, KnownBox>>();

/** Boxes by upper-case EPC, laid out once for each list. */
export function boxesByEpc(boxes: readonly KnownBox[]): ReadonlyMap<string, KnownBox> {
  const known = byEpc.get(boxes) ?? new Map(boxes.map((box) => [box.epc.toUpperCase(), box]));
  byEpc.set(boxes, known);
  return known;
}

/** Every expected box and every tag heard, in order of EPC, so that the order of rows never matters. `before`: those of the last belief. */
export function epcsToJudge(
  area: SensedArea,
  known: ReadonlyMap<string, KnownBox>,
  { heardByEpc }: Evidence,
  before: ReadonlyMap<string, KeptTag>,
): string[] {
  const isExpected = (box: KnownBox) => box.layerId !== null && area.layerIndex.has(box.layerId);
  const epcs: string[] = [];
  for (const epc of before.keys()) {
    const box = known.get(epc);
    if (heardByEpc.has(epc) || (box && isExpected(box))) epcs.push(epc);
  }
  const inOrder = epcs.length;
  for (const [epc, box] of known) if (!before.has(epc) && (isExpected(box) || heardByEpc.has(epc))) epcs.push(epc);
  for (const epc of heardByEpc.keys()) if (!before.has(epc) && !known.has(epc)) epcs.push(epc);
  return epcs.length > inOrder ? epcs.sort() : epcs;
}

/** Rows of the same visit read again from storage are other objects that say the same. */
export function isSameHeard(a: readonly HeardEvidence[], b: readonly HeardEvidence[]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((one, i) => {
      const { key, roundsAnswered, signalDbm } = b[i]!;
      return one.key === key && one.roundsAnswered === roundsAnswered && one.signalDbm === signalDbm;
    })
  );
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
