/**
 * Expected reads of antennas, by relation (see sensed-area.ts) and, where enough was learned, by antenna. A calibration is a
 * value with a version: stored unchanged, replaced as a whole, and named in every result that was judged by it.
 */

import type { Beta } from "./read-chance.ts";
import { partsOf, relationCount, relationName, type SensedArea } from "./sensed-area.ts";

export interface Heard {
  /** Mean signal of a usual tag when it is read. */
  meanDbm: number;
  /** Spread of the signal: one draw for each visit, tag and antenna, and what the relation does not explain. */
  sdDb: number;
  /** Probability of an answer in a round; a latent value of the pair, therefore a beta distribution. */
  hear: Beta;
}

export interface Calibration {
  /** 0: shipped, never calibrated. */
  version: number;
  /** Boxes it was learned from; 0 for the shipped one. */
  boxes: number;
  /** Spread of the tags' own offsets, the same at every antenna; wide where the level of the room is unknown. */
  tagSdDb: number;
  /** By relation name. */
  relations: Readonly<Record<string, Heard>>;
  /** By antenna key: relations in which the antenna differs from its kind; partially pooled. */
  antennas: Readonly<Record<string, Readonly<Record<string, Heard>>>>;
}

/** sd of putting a box back (measured, METHOD.md) and of what a relation does not explain. */
export const visitSdDb = 2.45;
export const modelSdDb = 2;
export const readSdDb = Math.hypot(visitSdDb, modelSdDb);
/** Spread of tag offsets in a room whose level is known, and in one where it is unknown. */
export const tagSdDb = 3;
const levelSdDb = 12;
const ownDbm = -60;

/** For rooms without calibration: strays compared with own tags behind 3 dB of metal; the room's level is left open. */
export const defaultCalibration: Calibration = {
  version: 0,
  boxes: 0,
  tagSdDb: levelSdDb,
  relations: Object.fromEntries(
    Array.from({ length: relationCount }, (_, relation) => [relationName(relation), defaultHeard(relation)]),
  ),
  antennas: {},
};

function defaultHeard(relation: number): Heard {
  if (relation === relationCount - 1) return { meanDbm: ownDbm - 12, sdDb: 5, hear: betaOf(1e-4, 0.2) };
  const { plane, rise, aside } = partsOf(relation);
  if (plane === "same" && rise === 0 && aside <= 1) return { meanDbm: ownDbm, sdDb: readSdDb, hear: betaOf(0.96, 16) };
  // Strays are read only while they are loud enough, so their means lie close together.
  const meanDbm = ownDbm - 8;
  const isNext = plane === "same" && Math.abs(rise) + Math.max(0, aside - 1) === 1;
  const isSecond = plane === "same" && Math.abs(rise) <= 1 && aside <= 2;
  const chance = isNext ? 0.15 : isSecond ? 0.01 : plane === "opposite" && rise === 0 && aside <= 1 ? 0.005 : 5e-4;
  return { meanDbm: isNext ? meanDbm : meanDbm - 2, sdDb: readSdDb + 0.8, hear: betaOf(chance, 0.7) };
}

export function betaOf(mean: number, weight: number): Beta {
  return { alpha: mean * weight, beta: (1 - mean) * weight };
}

/** A calibration as tables for one area: by antenna index × relation. */
export interface HeardTable {
  calibration: Calibration;
  at(antenna: number, relation: number): Heard;
  /** False where the antenna reads so little that its silence proves nothing. */
  listens(antenna: number, relation: number): boolean;
}

const listensMin = 1e-3;
const laidOut = new WeakMap<Calibration, WeakMap<SensedArea, HeardTable>>();

/** Cached with the calibration: both are immutable. */
export function layOut(calibration: Calibration, area: SensedArea): HeardTable {
  const tables = laidOut.get(calibration) ?? new WeakMap<SensedArea, HeardTable>();
  laidOut.set(calibration, tables);
  const known = tables.get(area);
  if (known) return known;
  const common = Array.from(
    { length: relationCount },
    (_, relation) => calibration.relations[relationName(relation)] ?? defaultHeard(relation),
  );
  const rows = area.antennas.map(({ key }) => {
    const own = calibration.antennas[key];
    if (!own) return common;
    return common.map((heard, relation) => own[relationName(relation)] ?? heard);
  });
  const table: HeardTable = {
    calibration,
    at: (antenna, relation) => rows[antenna]![relation]!,
    listens(antenna, relation) {
      const { alpha, beta } = rows[antenna]![relation]!.hear;
      return alpha >= listensMin * (alpha + beta);
    },
  };
  tables.set(area, table);
  return table;
}
