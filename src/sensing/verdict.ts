/** The verdict about a tag: one word, its probability, and the alternatives. */
import type { Presence } from "./presence.ts";

/**
 * confirmed: in the layer of its record. contradicted: in another layer. lost: in no layer of the area, within the stated bound.
 * suspected: none of these with enough certainty. unreadable: silent, but so is its tag. notCovered: nothing was asked.
 * unknown: a tag of no box. (absent boxes that are lent out have no verdict.)
 */
export type Outcome = "confirmed" | "suspected" | "contradicted" | "lost" | "unreadable" | "notCovered" | "unknown";

export interface JudgeRules {
  /** No box called lost is present with a higher probability than this. */
  presentMax: number;
  /** The rounds of its own antenna must leave at most this probability of a miss. */
  missedMax: number;
  /** From this probability on a layer counts as certain. */
  certainMin: number;
}

export const defaultRules: JudgeRules = { presentMax: 1e-3, missedMax: 1e-4, certainMin: 0.99 };

export interface Alternative {
  /** Null: in no layer of the area. */
  layerId: string | null;
  probability: number;
}

export interface ShownEvidence {
  readerId: string;
  antenna: number;
  layerId: string;
  roundsOffered: number;
  roundsAnswered: number;
  meanDbm: number | null;
}

export interface Verdict {
  epc: string;
  outcome: Outcome;
  /** Most probable layer; null when it is most probably in none, or no antenna was asked. */
  layerId: string | null;
  homeLayerId: string | null;
  /** Probability of the named layer, or for lost that the box is gone. */
  probability: number;
  /** Probability that it stands anywhere in the area. */
  present: number;
  /** Why a silent box is not called lost: more rounds would help, its tag is nearly dead, or layers were not covered. */
  doubt: "rounds" | "tag" | "coverage" | null;
  /**
   * Best first, the named one included; at most five. For a silent box the layers that were not covered are left out of the sum.
   */
  alternatives: Alternative[];
  /** The home antenna and those that read it, most answers first; at most twelve. */
  evidence: ShownEvidence[];
}

/**
 * For a silent box whose home layer was asked. If it most likely stands there with a dead tag it is unreadable, even if more
 * rounds would help: that does not claim that it is present.
 */
export function outcomeUnheard(
  presence: Presence,
  deadShare: number,
  rules: JudgeRules,
): Pick<Verdict, "outcome" | "doubt"> {
  const { present, missed, readable, uncovered, dead } = presence;
  if (present <= rules.presentMax && missed <= rules.missedMax) return { outcome: "lost", doubt: null };
  if (deadShare >= 0.5) return { outcome: "unreadable", doubt: "tag" };
  const isOpen = missed > rules.missedMax || readable > rules.presentMax;
  if (isOpen) return { outcome: dead >= 0.5 ? "unreadable" : "suspected", doubt: "rounds" };
  if (dead > rules.presentMax) return { outcome: "unreadable", doubt: "tag" };
  return uncovered > rules.presentMax
    ? { outcome: "suspected", doubt: "coverage" }
    : { outcome: "suspected", doubt: "rounds" };
}

/** For a box or tag that was read. `probability` is that of its most probable layer. */
export function outcomeHeard(
  isKnown: boolean,
  isAtHome: boolean,
  isGone: boolean,
  probability: number,
  rules: JudgeRules,
): Outcome {
  if (!isKnown) return "unknown";
  if (isGone || probability < rules.certainMin) return "suspected";
  return isAtHome ? "confirmed" : "contradicted";
}
