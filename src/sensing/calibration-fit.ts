/** Whether a calibration still describes a room: compares the reads of boxes known to be right with what it predicts. */

import { type Calibration, layOut } from "./calibration.ts";
import { groupsBy, type KnownSession, pairsOf } from "./learned-pairs.ts";
import type { SensedArea } from "./sensed-area.ts";

export interface CalibrationFit {
  /** False: the antennas should be calibrated again. */
  isGood: boolean;
  /** Mean over antennas of the squared distance from the calibration, in units of what chance allows; 1 is perfect. */
  statistic: number;
  threshold: number;
  /** Worst first: dB by which an antenna reads its own layer louder than the calibration says, and in standard deviations. */
  antennas: { key: string; shiftDb: number; deviations: number; boxes: number }[];
}

/** Above this a calibration is off by more than putting back every box explains. */
const thresholdDefault = 3;
/** Deviation of a single antenna that even a good calibration leaves. */
const antennaSdDb = 1.2;
const boxesMin = 5;

export function calibrationFit(
  area: SensedArea,
  calibration: Calibration,
  session: KnownSession,
  threshold = thresholdDefault,
): CalibrationFit {
  const table = layOut(calibration, area);
  const { pairs } = pairsOf(area, [session]);
  const antennas: CalibrationFit["antennas"] = [];
  for (const [antenna, group] of groupsBy(pairs, (pair) => pair.antenna)) {
    const { key, layer } = area.antennas[antenna]!;
    const ownRelations = new Set(
      area.layerAntennas[layer]!.find((layerAntenna) => layerAntenna.antenna === antenna)!.relations,
    );
    const shifts: number[] = [];
    let variance = 0;
    for (const { relation, signalDbm } of group) {
      if (signalDbm === null || !ownRelations.has(relation)) continue;
      const { meanDbm, sdDb } = table.at(antenna, relation);
      shifts.push(signalDbm - meanDbm);
      variance += sdDb * sdDb + calibration.tagSdDb ** 2;
    }
    if (shifts.length < boxesMin) continue;
    const shiftDb = shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length;
    const sdDb = Math.sqrt(variance / shifts.length ** 2 + antennaSdDb * antennaSdDb);
    antennas.push({ key, shiftDb, deviations: shiftDb / sdDb, boxes: shifts.length });
  }
  antennas.sort((a, b) => Math.abs(b.deviations) - Math.abs(a.deviations));
  const statistic =
    antennas.length === 0 ? Number.NaN : antennas.reduce((sum, one) => sum + one.deviations ** 2, 0) / antennas.length;
  return { isGood: statistic <= threshold, statistic, threshold, antennas };
}
