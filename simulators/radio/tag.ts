/** A tag's permanent properties: how much power wakes it, how loud it answers, how it was stuck on. */
import type { Chance } from "../../src/clock/chance.ts";
import { saltOf } from "./draw.ts";
import type { AirRules } from "./parameters.ts";

export interface Tag {
  isNearlyDead: boolean;
  sensitivityDbm: number;
  /** Added to the signal: offset less loss of modulation, two-way. */
  signalDb: number;
  depthMm: number;
  heightMm: number;
  /** Direction of its dipole. */
  axis: readonly [number, number, number];
  /** Identifies the tag in draws that belong to it. */
  salt: number;
}

/** `chance` is the tag's own. */
export function newTag(chance: Chance, rules: AirRules): Tag {
  const isNearlyDead = chance.next() < rules.nearlyDeadShare;
  const { nearlyDeadChanceMin: low, nearlyDeadChanceMax: high } = rules;
  const dead = logit(low + (high - low) * chance.next());
  const alive = Math.log(gamma(chance, rules.tagBetaA)) - Math.log(gamma(chance, rules.tagBetaB));
  const marginDb = (isNearlyDead ? dead : alive) * rules.answerWidthDb;
  const modulationDb = rules.modulationDbMin + (rules.modulationDbMax - rules.modulationDbMin) * chance.next();
  const tilt = () => (chance.normal(rules.tagTiltSdDeg) * Math.PI) / 180;
  const [across, along] = [Math.sin(tilt()), Math.sin(tilt())];
  return {
    isNearlyDead,
    sensitivityDbm: Math.max(rules.bestSensitivityDbm, rules.referenceDbm - marginDb),
    signalDb: chance.normal(rules.tagOffsetSdDb) - modulationDb,
    depthMm: rules.tagDepthMm + chance.normal(rules.tagDepthSdMm),
    heightMm: rules.tagHeightMm + chance.normal(rules.tagHeightSdMm),
    axis: [across, along, Math.sqrt(Math.max(0.1, 1 - across * across - along * along))],
    salt: saltOf(chance),
  };
}

const logit = (p: number) => Math.log(p / (1 - p));

/** Marsaglia and Tsang's gamma, with the power of a uniform for shapes below 1. */
function gamma(chance: Chance, shape: number): number {
  if (shape < 1) return gamma(chance, shape + 1) * (1 - chance.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = chance.normal(1);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - chance.next()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}
