/** What is said of a tag, in one word, with its probability and what speaks for something else. */
import type { Presence } from "./presence.ts";

/**
 * confirmed: in the layer of its record. contradicted: in another layer. lost: in no layer of the area, within the stated bound.
 * suspected: none of these with enough certainty. unreadable: silent, but so is its tag. notCovered: nothing was asked.
 * unknown: a tag of no box. (absent boxes that are lent out have no verdict.)
 */
export type Outcome = "confirmed" | "suspected" | "contradicted" | "lost" | "unreadable" | "notCovered" | "unknown";

export interface JudgeRules {
  /** No box called lost is present with more than this. */
  presentMax: number;
  /** Its own antenna's rounds must leave at most this chance of a miss. */
  missedMax: number;
  /** A layer is named for certain from here on. */
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
  /** Most probable layer; null when it is most probably in none, or nothing was asked. */
  layerId: string | null;
  homeLayerId: string | null;
  /** Of the layer named, or for lost that it is gone. */
  probability: number;
  /** That it stands anywhere in the area. */
  present: number;
  /** Why a silent box is not called lost: more rounds would tell, its tag is nearly dead, or layers were not covered. */
  doubt: "rounds" | "tag" | "coverage" | null;
  /** Best first, the named one among them; at most five. Layers that were not covered are missing from the sum of a silent box. */
  alternatives: Alternative[];
  /** The home antenna and those that heard it, most answers first; at most twelve. */
  evidence: ShownEvidence[];
}

/**
 * Silent box whose home layer was asked. One that more likely stands there with a dead tag than anything else is unreadable, even
 * if more rounds would still tell: nobody claims that it is present.
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

/** Box or tag that was heard. `probability` is that of the layer it most probably stands in. */
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
