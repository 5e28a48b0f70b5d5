/** Tags of packed boxes detune and shade each other: the nearer the neighbours' tags, the more (simulators/README.md, the air). */
import type { AirRules } from "./parameters.ts";

/** One-way loss in dB by distance to the nearest tag on either side; Infinity = none there. */
export function couplingDb(leftMm: number, rightMm: number, rules: AirRules): number {
  return Math.min(rules.couplingCapDb, toOne(leftMm, rules) + toOne(rightMm, rules));
}

function toOne(mm: number, rules: AirRules): number {
  const db = rules.couplingDb * Math.exp(-mm / rules.couplingDecayMm);
  return mm < rules.touchingMm ? db + rules.touchingDb : db;
}
