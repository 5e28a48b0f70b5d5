/** Recorded reads: one JSON object a line (NDJSON), described for people in docs/replay.md. Written here, read in src/replay. */
import type { AntennaCoverage } from "./sighting.ts";

/** One inventory of one antenna: its settings and whether it was healthy. Reads with the same antenna and visit belong to it. */
export interface CoverageLine {
  reader: string;
  /** 1-based. */
  antenna: number;
  roundsOffered: number;
  /** Null when reader and antenna were healthy. */
  fault: string | null;
  /** Null: unknown. */
  powerDbm: number | null;
  atMs: number;
  /** Grows with every exposure of the face; only an antenna's newest visit counts for the present. */
  visit: number;
}

/** The reads of one tag in one inventory; `count` is the number of rounds that read it. */
export interface ReadLine {
  reader: string;
  antenna: number;
  epc: string;
  rssiDbm: number | null;
  atMs: number;
  count: number;
  visit: number;
}

/** A box as the journal had it, and its true place if known. */
export interface BoxLine {
  epc: string;
  barcode?: string;
  /** Its slot, or its layer if only that is known; null: no layer is expected. */
  locationCode?: string | null;
  layerId?: string | null;
  thicknessMm?: number | null;
  /** How often its tag was asked and answered in earlier stocktakes. */
  roundsOffered?: number;
  roundsAnswered?: number;
  /** Null: in no layer. Left out: unknown. */
  trueLayerId?: string | null;
}

/** The calibration used: what the antennas of an area were expected to read. */
export interface CalibrationLine {
  areaKey: string;
  calibration: unknown;
}

/** The recorder could not keep up: the rounds of this many antennas are missing from the file. */
export interface GapLine {
  coveragesLost: number;
  atMs: number;
}

/** One antenna's result from the reader port, as lines of the file. */
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
