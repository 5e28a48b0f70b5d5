/** Whether a calibration still describes a room: what antennas hear of boxes known to be right, against what it says. */

import { type Calibration, layOut } from "./calibration.ts";
import { groupsBy, type KnownSession, pairsOf } from "./learned-pairs.ts";
import type { SensedArea } from "./sensed-area.ts";

export interface CalibrationFit {
  /** False: calibrate again. */
  isGood: boolean;
  /** Mean over antennas of how far each is from its calibration, squared, in units of what chance allows; 1 is perfect. */
  statistic: number;
  threshold: number;
  /** Worst first: dB by which an antenna hears its own layer louder than the calibration says, and by how many deviations. */
  antennas: { key: string; shiftDb: number; deviations: number; boxes: number }[];
}

/** Above it, a calibration is off by more than a put-back of every box explains. */
const thresholdDefault = 3;
/** What even a good calibration leaves open for one antenna. */
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
