/**
 * Learns what antennas read, from boxes known to be right. The result is a calibration with a new version. A session that is
 * scored must never be among those it was learned from (same-session figures flatter: 95–100 % against 20 % across, METHOD.md).
 */

import { betaOf, type Calibration, defaultCalibration, type Heard, tagSdDb } from "./calibration.ts";
import { fitBeta } from "./fit-beta.ts";
import { groupsBy, type KnownSession, type Pair, type Pairs, pairsOf } from "./learned-pairs.ts";
import { farRelation, relationName, type SensedArea } from "./sensed-area.ts";

/** With fewer pairs of a relation the values of the calibration before stay. */
const pairsMin = 30;
const heardMin = 10;
/** From this many pairs on an antenna gets values of its own. */
const antennaPairsMin = 8;
/** Pairs of its kind that are mixed into an antenna's own values: antennas of one kind differ by about 1.5 dB. */
const kindPairs = 5;
const sdMinDb = 2.2;
const sdMaxDb = 6;
/** Offsets of tags and means of relations are fitted alternately, this many times. */
const sweeps = 6;

/** `before`: supplies the values of relations with few pairs, and the version to count on from. */
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

/** Fits each tag's offset given the relations' means, and the means given the offsets, alternately; `means` ends fitted. */
function fitOffsets(
  learned: Pairs,
  byRelation: ReadonlyMap<number, readonly Pair[]>,
  means: Map<number, number>,
): Map<string, number> {
  const byTag = groupsBy(learned.pairs.filter(isHeard), ({ tag }) => tag);
  const offsets = new Map<string, number>();
  // Variance of a reading around its expectation, relative to the variance among tags.
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
  // The offsets were fitted to the same readings, which made the spread too small: correct for that.
  return Math.min(sdMaxDb, Math.max(sdMinDb, Math.sqrt(mean(squares) * 1.25)));
}

/** Values of antennas that differ from their kind, shrunk toward the kind the more, the fewer reads there are. */
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
