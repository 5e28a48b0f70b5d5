/**
 * What antennas are expected to hear, by relation (see sensed-area.ts) and, where enough was learned, by antenna. A profile is a
 * value with a version: it is stored as it is, replaced as a whole, and named in every result that was judged by it.
 */

import type { Beta } from "./read-chance.ts";
import { partsOf, relationCount, relationName, type SensedArea } from "./sensed-area.ts";

export interface Heard {
  /** Of a usual tag, while heard. */
  meanDbm: number;
  /** One draw a visit per tag and antenna, and what the relation leaves open. */
  sdDb: number;
  /** Chance of an answer in a round; a latent number of the pair, therefore a beta. */
  hear: Beta;
}

export interface Profile {
  /** 0: shipped, never calibrated. */
  version: number;
  /** Boxes it was learned from; 0 for the shipped one. */
  boxes: number;
  /** By relation name. */
  relations: Readonly<Record<string, Heard>>;
  /** By antenna key, relations in which the antenna differs from its kind; partially pooled. */
  antennas: Readonly<Record<string, Readonly<Record<string, Heard>>>>;
}

/** sd of a put-back (3-radio, measured) and of what a relation leaves open. */
export const visitSdDb = 2.45;
export const modelSdDb = 2;
export const readSdDb = Math.hypot(visitSdDb, modelSdDb);
/** Tags differ by an offset of their own, the same at every antenna. */
export const tagSdDb = 3;

/** For rooms that were never calibrated: round figures of 3-radio, wide enough to be wrong about a room. */
export const defaultProfile: Profile = {
  version: 0,
  boxes: 0,
  relations: Object.fromEntries(
    Array.from({ length: relationCount }, (_, relation) => [relationName(relation), defaultHeard(relation)]),
  ),
  antennas: {},
};

function defaultHeard(relation: number): Heard {
  if (relation === relationCount - 1) return { meanDbm: -70, sdDb: 5, hear: betaOf(3e-4, 0.2) };
  const { plane, rise, aside } = partsOf(relation);
  const isOwnBay = aside <= 1;
  if (plane === "same" && rise === 0 && isOwnBay)
    return { meanDbm: -52 - 2 * aside, sdDb: readSdDb, hear: betaOf(0.96, 16) };
  const away = plane === "same" ? 0 : plane === "opposite" ? 8 : 10;
  const lossDb = 2 * Math.min(aside, 1) + 4 * Math.max(0, aside - 1) + 9 * Math.abs(rise) + away;
  return {
    meanDbm: -52 - Math.min(18, lossDb),
    sdDb: readSdDb + 0.5,
    hear: betaOf(Math.max(0.002, 0.25 * Math.exp(-lossDb / 7)), 0.6),
  };
}

export function betaOf(mean: number, weight: number): Beta {
  return { alpha: mean * weight, beta: (1 - mean) * weight };
}

/** A profile laid out for one area: by antenna index × relation. */
export interface HeardTable {
  profile: Profile;
  at(antenna: number, relation: number): Heard;
}

export function layOut(profile: Profile, area: SensedArea): HeardTable {
  const common = Array.from(
    { length: relationCount },
    (_, relation) => profile.relations[relationName(relation)] ?? defaultHeard(relation),
  );
  const rows = area.antennas.map(({ key }) => {
    const own = profile.antennas[key];
    if (!own) return common;
    return common.map((heard, relation) => own[relationName(relation)] ?? heard);
  });
  return { profile, at: (antenna, relation) => rows[antenna]![relation]! };
}
