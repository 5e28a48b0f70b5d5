/**
 * What antennas read and, just as important, what they did not: one entry for each antenna and visit with its healthy rounds, and
 * one for each tag that it read. A visit is a time in which the face was not exposed; only an antenna's newest visit counts for
 * the present.
 */
import type { AntennaCoverage } from "../contract/sighting.ts";
import { antennaKey } from "../site/layout.ts";

/** One antenna in one visit; a row of `stocktakeAntennas` has this shape. */
export interface AntennaVisit {
  readerId: string;
  /** 1-based. */
  antenna: number;
  /** Grows with every exposure of the face; 0 when left out. */
  visit?: number;
  /** Rounds offered while reader and antenna were healthy. */
  roundsHealthy: number;
  /** Why it was unhealthy at the end; null when healthy. With a fault it is evidence of neither presence nor absence. */
  fault: string | null;
}

/** One antenna's reads of one tag in one visit; a row of `stocktakeEvidence` has this shape. */
export interface TagHeard {
  epc: string;
  readerId: string;
  antenna: number;
  visit?: number;
  roundsAnswered: number;
  /** Mean over the answered rounds; repeated reads are no new evidence. */
  meanDbm?: number | null;
}

/** One antenna's newest visit, in the form that the judge uses. */
export interface AntennaEvidence {
  readerId: string;
  antenna: number;
  visit: number;
  roundsOffered: number;
}

export interface HeardEvidence {
  /** `antennaKey` of the antenna that read it. */
  key: string;
  roundsAnswered: number;
  /** Null when the reader reports no strength. */
  signalDbm: number | null;
}

export interface Evidence {
  /** By `antennaKey`; an antenna without healthy rounds has no entry. */
  antennas: ReadonlyMap<string, AntennaEvidence>;
  /** By upper-case EPC; each list is sorted by key. */
  heardByEpc: ReadonlyMap<string, readonly HeardEvidence[]>;
}

export const noEvidence: Evidence = { antennas: new Map(), heardByEpc: new Map() };

/**
 * Rows in any order and of any number of visits → evidence of each antenna's newest visit; rounds of one visit add up. Extends
 * `before`: entries that the rows do not mention stay the same objects, so that judging again costs only what is new.
 */
export function gatherEvidence(
  rows: { antennas: readonly AntennaVisit[]; heard: readonly TagHeard[] },
  before: Evidence = noEvidence,
): Evidence {
  const antennas = new Map(before.antennas);
  const outdated = new Set<string>();
  const newest = newestVisits(rows.antennas, before);
  for (const row of rows.antennas) {
    const key = antennaKey(row.readerId, row.antenna);
    const visit = newest.get(key)!;
    if (before.antennas.has(key) && before.antennas.get(key)!.visit !== visit) outdated.add(key);
    if (antennas.get(key)?.visit !== visit) antennas.delete(key);
    if (row.fault !== null || row.roundsHealthy <= 0 || visit !== (row.visit ?? 0)) continue;
    const { readerId, antenna } = row;
    const roundsOffered = (antennas.get(key)?.roundsOffered ?? 0) + row.roundsHealthy;
    antennas.set(key, { readerId, antenna, visit, roundsOffered });
  }
  const heardByEpc = new Map(before.heardByEpc);
  if (outdated.size > 0) {
    for (const [epc, list] of before.heardByEpc) {
      if (!list.some(({ key }) => outdated.has(key))) continue;
      const left = list.filter(({ key }) => !outdated.has(key));
      if (left.length === 0) heardByEpc.delete(epc);
      else heardByEpc.set(epc, left);
    }
  }
  const sums = new Map<string, Map<string, Sum>>();
  for (const row of rows.heard) {
    const key = antennaKey(row.readerId, row.antenna);
    if (antennas.get(key)?.visit !== (row.visit ?? 0) || row.roundsAnswered <= 0) continue;
    const epc = row.epc.toUpperCase();
    const byKey = sums.get(epc) ?? new Map((heardByEpc.get(epc) ?? []).map((one) => [one.key, sumOf(one)]));
    sums.set(epc, byKey);
    const sum = byKey.get(key) ?? { rounds: 0, weighted: 0, weight: 0 };
    const signal = row.meanDbm ?? null;
    sum.rounds += row.roundsAnswered;
    if (signal !== null) {
      sum.weighted += signal * row.roundsAnswered;
      sum.weight += row.roundsAnswered;
    }
    byKey.set(key, sum);
  }
  for (const [epc, byKey] of sums) {
    const list = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
    heardByEpc.set(
      epc,
      list.map(([key, sum]) => ({
        key,
        // A reader may report a tag more often than it ran rounds.
        roundsAnswered: Math.min(sum.rounds, antennas.get(key)!.roundsOffered),
        signalDbm: sum.weight > 0 ? sum.weighted / sum.weight : null,
      })),
    );
  }
  return { antennas, heardByEpc };
}

function newestVisits(rows: readonly AntennaVisit[], before: Evidence): Map<string, number> {
  const newest = new Map<string, number>();
  for (const row of rows) {
    const key = antennaKey(row.readerId, row.antenna);
    const known = newest.get(key) ?? before.antennas.get(key)?.visit ?? Number.NEGATIVE_INFINITY;
    newest.set(key, Math.max(known, row.visit ?? 0));
  }
  return newest;
}

function sumOf({ roundsAnswered, signalDbm }: HeardEvidence): Sum {
  const weight = signalDbm === null ? 0 : roundsAnswered;
  return { rounds: roundsAnswered, weighted: (signalDbm ?? 0) * weight, weight };
}

interface Sum {
  rounds: number;
  weighted: number;
  weight: number;
}

/** One result of the reader port as rows of one visit. A round that a reader counted twice is answered once. */
export function rowsOfCoverage(
  coverage: AntennaCoverage,
  visit: number,
): { antennas: AntennaVisit[]; heard: TagHeard[] } {
  const { readerId, antenna, roundsOffered } = coverage;
  const fault = coverage.healthy ? null : (coverage.fault ?? "unhealthy");
  const antennas = [{ readerId, antenna, visit, roundsHealthy: coverage.healthy ? roundsOffered : 0, fault }];
  if (!coverage.healthy) return { antennas, heard: [] };
  const byEpc = new Map<string, { count: number; weighted: number; weight: number }>();
  for (const { epc, count, signalDbm } of coverage.sightings) {
    const sum = byEpc.get(epc) ?? { count: 0, weighted: 0, weight: 0 };
    sum.count += count;
    if (signalDbm !== null) {
      sum.weighted += signalDbm * count;
      sum.weight += count;
    }
    byEpc.set(epc, sum);
  }
  const heard = [...byEpc].map(([epc, sum]) => ({
    epc,
    readerId,
    antenna,
    visit,
    roundsAnswered: Math.min(roundsOffered, sum.count),
    meanDbm: sum.weight > 0 ? sum.weighted / sum.weight : null,
  }));
  return { antennas, heard };
}
