/**
 * Learns what antennas hear from boxes known to be right. The result is a calibration of a new version; sessions that are scored
 * must never be among those it was learned from (same-session figures flatter: 95–100 % against 20 % across, METHOD.md).
 */

import { betaOf, type Calibration, defaultCalibration, type Heard, tagSdDb } from "./calibration.ts";
import { fitBeta } from "./fit-beta.ts";
import { groupsBy, type KnownSession, type Pair, type Pairs, pairsOf } from "./learned-pairs.ts";
import { farRelation, relationName, type SensedArea } from "./sensed-area.ts";

/** Pairs of a relation below which the calibration before keeps its word. */
const pairsMin = 30;
const heardMin = 10;
/** An antenna's own word begins here. */
const antennaPairsMin = 8;
/** Pairs of its kind that an antenna's own word is mixed with: antennas of one kind differ by about 1.5 dB. */
const kindPairs = 5;
const sdMinDb = 2.2;
const sdMaxDb = 6;
/** Offsets of tags and means of relations are fitted in turn. */
const sweeps = 6;

/** `before`: what relations that were hardly met keep; its version is counted on. */
export function calibrate(
  area: SensedArea,
  sessions: readonly KnownSession[],
  before: Calibration = defaultCalibration,
): Calibration {
  const learned = pairsOf(area, sessions);
  const relations: Record<string, Heard> = { ...before.relations };
  const byRelation = groupsBy(learned.pairs, ({ relation }) => relation);
  const means = new Map<number, number>();
  for (const [relation, pairs] of byRelation) {
    const heard = pairs.filter(isHeard);
    const known = before.relations[relationName(relation)]!.meanDbm;
    means.set(relation, heard.length >= heardMin ? mean(heard.map(({ signalDbm }) => signalDbm)) : known);
  }
  const offsets = fitOffsets(learned, byRelation, means);
  for (const [relation, pairs] of byRelation) {
    const name = relationName(relation);
    const known = before.relations[name]!;
    const heard = pairs.filter(isHeard);
    relations[name] = {
      meanDbm: heard.length >= heardMin ? means.get(relation)! : known.meanDbm,
      sdDb: heard.length >= heardMin ? sdOf(heard, means.get(relation)!, offsets) : known.sdDb,
      hear: pairs.length >= pairsMin ? fitBeta(pairs) : known.hear,
    };
  }
  const { far } = learned;
  if (far.offered > 0) {
    const chance = (far.answered + 0.5) / (far.offered + 1);
    const known = relations[relationName(farRelation)]!;
    const meanDbm = far.signals.length >= heardMin ? mean(far.signals) : known.meanDbm;
    relations[relationName(farRelation)] = {
      ...known,
      meanDbm,
      hear: betaOf(chance, known.hear.alpha + known.hear.beta),
    };
  }
  const antennas = antennasOf(area, learned.pairs, relations, offsets);
  return { version: before.version + 1, boxes: learned.boxes, tagSdDb, relations, antennas };
}

type HeardPair = Pair & { signalDbm: number };
const isHeard = (pair: Pair): pair is HeardPair => pair.signalDbm !== null;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Each tag's offset given the relations' means, and the means given the offsets, in turn; `means` ends fitted. */
function fitOffsets(
  learned: Pairs,
  byRelation: ReadonlyMap<number, readonly Pair[]>,
  means: Map<number, number>,
): Map<string, number> {
  const byTag = groupsBy(learned.pairs.filter(isHeard), ({ tag }) => tag);
  const offsets = new Map<string, number>();
  // sd of a reading around its expectation, squared, against that of tags among themselves.
  const kept = 10 / tagSdDb ** 2;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const [tag, pairs] of byTag) {
      const sum = pairs.reduce((total, pair) => total + pair.signalDbm - means.get(pair.relation)!, 0);
      offsets.set(tag, sum / (pairs.length + kept));
    }
    for (const [relation, pairs] of byRelation) {
      const heard = pairs.filter(isHeard);
      if (heard.length < heardMin) continue;
      means.set(relation, mean(heard.map((pair) => pair.signalDbm - offsets.get(pair.tag)!)));
    }
  }
  return offsets;
}

function sdOf(heard: readonly HeardPair[], meanDbm: number, offsets: ReadonlyMap<string, number>): number {
  const squares = heard.map((pair) => (pair.signalDbm - meanDbm - offsets.get(pair.tag)!) ** 2);
  // The offset was fitted to the same readings: give back what it took.
  return Math.min(sdMaxDb, Math.max(sdMinDb, Math.sqrt(mean(squares) * 1.25)));
}

/** Where an antenna differs from its kind, drawn toward its kind by how little it was heard. */
function antennasOf(
  area: SensedArea,
  pairs: readonly Pair[],
  relations: Readonly<Record<string, Heard>>,
  offsets: ReadonlyMap<string, number>,
): Calibration["antennas"] {
  const antennas: Record<string, Record<string, Heard>> = {};
  const groups = groupsBy(pairs, ({ antenna, relation }) => `${antenna}/${relation}`);
  for (const group of groups.values()) {
    const { antenna, relation } = group[0]!;
    if (group.length < antennaPairsMin) continue;
    const kind = relations[relationName(relation)]!;
    const heard = group.filter(isHeard);
    const apartDb =
      heard.length > 0 ? mean(heard.map((pair) => pair.signalDbm - offsets.get(pair.tag)! - kind.meanDbm)) : 0;
    const meanDbm = kind.meanDbm + (apartDb * heard.length) / (heard.length + kindPairs);
    const weight = kind.hear.alpha + kind.hear.beta;
    const share = mean(group.map(({ answered, offered }) => answered / offered));
    const kindShare = kind.hear.alpha / weight;
    const chance = (share * group.length + kindShare * 4 * kindPairs) / (group.length + 4 * kindPairs);
    const row = antennas[area.antennas[antenna]!.key] ?? {};
    antennas[area.antennas[antenna]!.key] = row;
    row[relationName(relation)] = { meanDbm, sdDb: kind.sdDb, hear: betaOf(chance, weight) };
  }
  return antennas;
}
