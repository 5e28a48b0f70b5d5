/** Recorded reads: one JSON object a line (NDJSON), described for people in docs/replay.md. Written here, read in src/replay. */
import type { AntennaCoverage } from "./sighting.ts";

/** One antenna was asked: what it was offered, whether it was well. Reads of the same antenna and visit belong to it. */
export interface CoverageLine {
  reader: string;
  /** 1-based. */
  antenna: number;
  roundsOffered: number;
  /** Null when reader and antenna were healthy. */
  fault: string | null;
  /** Null: not known. */
  powerDbm: number | null;
  atMs: number;
  /** Grows with every exposure of the face; only an antenna's newest visit speaks about today. */
  visit: number;
}

/** What it heard of one tag, `count` rounds of them. */
export interface ReadLine {
  reader: string;
  antenna: number;
  epc: string;
  rssiDbm: number | null;
  atMs: number;
  count: number;
  visit: number;
}

/** A box as the journal had it, and where it truly was when that is known. */
export interface BoxLine {
  epc: string;
  barcode?: string;
  /** Its slot, or its layer where only that is known; null: expected in no layer. */
  locationCode?: string | null;
  layerId?: string | null;
  thicknessMm?: number | null;
  /** What its tag did in stocktakes before. */
  roundsOffered?: number;
  roundsAnswered?: number;
  /** Null: in no layer. Left out: nobody knows. */
  trueLayerId?: string | null;
}

/** What the antennas of an area were expected to hear. */
export interface CalibrationLine {
  areaKey: string;
  calibration: unknown;
}

/** Where a recorder could not keep up: this many antennas' rounds are not in the file. */
export interface GapLine {
  coveragesLost: number;
  atMs: number;
}

/** What the reader port said of one antenna, as lines. */
export function linesOfCoverage(
  coverage: AntennaCoverage,
  more: { powerDbm: number | null; atMs: number; visit: number },
): (CoverageLine | ReadLine)[] {
  const { readerId: reader, antenna, roundsOffered, healthy, fault, sightings } = coverage;
  const { visit } = more;
  return [
    { reader, antenna, roundsOffered, fault: healthy ? null : (fault ?? "unhealthy"), ...more },
    ...sightings.map(({ epc, signalDbm, atMs, count }) => {
      return { reader, antenna, epc, rssiDbm: signalDbm, atMs: Math.round(atMs), count, visit };
    }),
  ];
}
