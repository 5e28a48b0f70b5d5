/**
 * What was heard and, as much, what was not: one entry for each antenna and visit with its healthy rounds, one for each tag it
 * heard. A visit is a stretch in which the face was not exposed; of each antenna only the newest one speaks about today.
 */
import type { AntennaCoverage } from "../contract/sighting.ts";
import { antennaKey } from "../site/layout.ts";

/** One antenna in one visit; a row of `stocktakeAntennas` fits as it is. */
export interface AntennaVisit {
  readerId: string;
  /** 1-based. */
  antenna: number;
  /** Grows with every exposure of the face; 0 when left out. */
  visit?: number;
  /** Rounds offered while reader and antenna were healthy. */
  roundsHealthy: number;
  /** Why it was not healthy at last; null when it was. Anything else here: no evidence at all, neither presence nor absence. */
  fault: string | null;
}

/** What one antenna heard of one tag in one visit; a row of `stocktakeEvidence` fits as it is. */
export interface TagHeard {
  epc: string;
  readerId: string;
  antenna: number;
  visit?: number;
  roundsAnswered: number;
  /** Mean over the answered rounds; repeated reads are not new evidence. */
  meanDbm?: number | null;
  /** Stands in where no mean is kept. */
  strongestDbm?: number | null;
}

/** One antenna's newest visit as the judge takes it. */
export interface AntennaEvidence {
  readerId: string;
  antenna: number;
  visit: number;
  roundsOffered: number;
}

export interface HeardEvidence {
  /** `antennaKey` of who heard it. */
  key: string;
  roundsAnswered: number;
  /** Null when the reader tells no strength. */
  signalDbm: number | null;
}

export interface Evidence {
  /** By `antennaKey`; an antenna without healthy rounds has no entry. */
  antennas: ReadonlyMap<string, AntennaEvidence>;
  /** By upper-case EPC, each list in the order of its keys. */
  heardByEpc: ReadonlyMap<string, readonly HeardEvidence[]>;
}

export const noEvidence: Evidence = { antennas: new Map(), heardByEpc: new Map() };

/** Rows of any order and any number of visits → evidence of each antenna's newest visit. Rounds of one visit add up. */
export function gatherEvidence(rows: { antennas: readonly AntennaVisit[]; heard: readonly TagHeard[] }): Evidence {
  const newest = new Map<string, number>();
  for (const row of rows.antennas) {
    const key = antennaKey(row.readerId, row.antenna);
    newest.set(key, Math.max(newest.get(key) ?? Number.NEGATIVE_INFINITY, row.visit ?? 0));
  }
  const antennas = new Map<string, AntennaEvidence>();
  for (const row of rows.antennas) {
    const key = antennaKey(row.readerId, row.antenna);
    const visit = row.visit ?? 0;
    if (row.fault !== null || row.roundsHealthy <= 0 || newest.get(key) !== visit) continue;
    const before = antennas.get(key)?.roundsOffered ?? 0;
    const { readerId, antenna } = row;
    antennas.set(key, { readerId, antenna, visit, roundsOffered: before + row.roundsHealthy });
  }
  const sums = new Map<string, Map<string, Sum>>();
  for (const row of rows.heard) {
    const key = antennaKey(row.readerId, row.antenna);
    if (antennas.get(key)?.visit !== (row.visit ?? 0) || row.roundsAnswered <= 0) continue;
    const epc = row.epc.toUpperCase();
    const byKey = sums.get(epc) ?? new Map<string, Sum>();
    sums.set(epc, byKey);
    const sum = byKey.get(key) ?? { rounds: 0, weighted: 0, weight: 0 };
    const signal = row.meanDbm ?? row.strongestDbm ?? null;
    sum.rounds += row.roundsAnswered;
    if (signal !== null) {
      sum.weighted += signal * row.roundsAnswered;
      sum.weight += row.roundsAnswered;
    }
    byKey.set(key, sum);
  }
  const heardByEpc = new Map<string, HeardEvidence[]>();
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

interface Sum {
  rounds: number;
  weighted: number;
  weight: number;
}

/** What the reader port just said, as rows of one visit. A round that a reader counted twice is answered once. */
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
