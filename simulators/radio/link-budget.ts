/** From an antenna's socket to a tag: one-way loss by path, pattern, echo and what lies between (simulators/README.md, the air). Pure. */
import type { AirRules } from "./parameters.ts";

/** From the nearest point of the antenna strip to the tag, mm: along the face, out of the shelf, up. */
export interface Path {
  acrossMm: number;
  outMm: number;
  upMm: number;
  /** Up to the tag's mirror image in the board that throws the echo. */
  echoUpMm: number;
  /** Part of the way that is open air (an aisle). */
  openMm: number;
  /** Boards, walls, panels and people on the way. */
  screensDb: number;
}

/** One-way gain in dB (negative), everything but transmit power and coupling. */
export function oneWayDb(path: Path, axis: readonly [number, number, number], rules: AirRules): number {
  const { acrossMm, outMm, upMm } = path;
  const d1 = Math.max(1, Math.hypot(acrossMm, outMm, upMm));
  const d2 = Math.max(d1, Math.hypot(acrossMm, outMm, path.echoUpMm));
  const alongDipole = (acrossMm * axis[0] + outMm * axis[1] + upMm * axis[2]) / d1;
  return (
    rules.antennaGainDbi -
    rules.cableDb -
    rules.polarisationDb -
    (20 * Math.log10((4 * Math.PI * d1) / rules.wavelengthMm) - echoDb(d1, d2, rules)) -
    patternDb(outMm / d1, rules) -
    (rules.rotationRangeDb / 2) * alongDipole * alongDipole -
    (rules.paperDbPer100Mm * rules.paperShare * Math.max(0, d1 - path.openMm)) / 100 -
    path.screensDb
  );
}

/** Loss off the axis, one-way: half of the measured two-way figure. */
export function patternDb(cosine: number, rules: AirRules): number {
  if (cosine <= 0.01) return rules.patternFloorDb / 2;
  return Math.min(rules.patternFloorDb, -20 * rules.patternQ * Math.log10(cosine)) / 2;
}

/** Two rays against one: |1 + Γ·d1/d2·e^(−jk(d2−d1))| in dB. */
export function echoDb(d1Mm: number, d2Mm: number, rules: AirRules): number {
  const ratio = (rules.echoGamma * d1Mm) / d2Mm;
  const phase = (2 * Math.PI * (d2Mm - d1Mm)) / rules.wavelengthMm;
  const power = 1 + ratio * ratio + 2 * ratio * Math.cos(phase);
  return Math.max(-rules.fadeMaxDb, 10 * Math.log10(Math.max(1e-6, power)));
}

/** Probability that a tag answers when its power exceeds its need by this margin. */
export function answerChance(marginDb: number, rules: AirRules): number {
  return 1 / (1 + Math.exp(-marginDb / rules.answerWidthDb));
}
