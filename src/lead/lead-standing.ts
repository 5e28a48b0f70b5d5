/** How sure motion may be of its lead: pure rules. All times are by our own monotonic clock; no wall clock is read. */
import { endingAfterMs, type LeadStanding, unsureAfterMs } from "./lead-grant.ts";

export interface KnownLead {
  /** Just before the newest answered renewal was sent; null: none yet, so nothing is permitted. */
  renewedAtMs: number | null;
  /** When it was given up for a silent gateway; renewals sent up to then no longer count. */
  givenUpAtMs: number | null;
  isLost: boolean;
}

export const nothingKnown: KnownLead = { renewedAtMs: null, givenUpAtMs: null, isLost: false };

export function standingAt({ renewedAtMs, isLost }: KnownLead, nowMs: number): LeadStanding {
  if (isLost) return "lost";
  if (renewedAtMs === null) return "ending";
  const ageMs = nowMs - renewedAtMs;
  // Written so that NaN or a time in the future counts as too old.
  if (ageMs >= 0 && ageMs < unsureAfterMs) return "held";
  return ageMs >= 0 && ageMs < endingAfterMs ? "unsure" : "ending";
}

/** Answers may come late and in any order: each counts from when it was sent, and "lost" is final. */
export function renewalAnswered(known: KnownLead, sentAtMs: number, answer: "renewed" | "lost"): KnownLead {
  if (known.isLost) return known;
  if (answer === "lost") return { ...known, isLost: true };
  const { renewedAtMs, givenUpAtMs } = known;
  if (givenUpAtMs !== null && sentAtMs <= givenUpAtMs) return known;
  return { ...known, renewedAtMs: Math.max(renewedAtMs ?? sentAtMs, sentAtMs), givenUpAtMs: null };
}

/** A standby may take the lead from now on. */
export function givenUp(known: KnownLead, atMs: number): KnownLead {
  return { ...known, renewedAtMs: null, givenUpAtMs: atMs };
}

/** An unanswered release may take effect at any time, so this grant never counts as held again. */
export function releaseUnanswered(known: KnownLead): KnownLead {
  return { ...known, isLost: true };
}
