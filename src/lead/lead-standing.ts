/** How sure motion may be of its lead: pure rules. Every moment is of our own count, which only grows; no wall clock is asked. */
import { endingAfterMs, type LeadStanding, unsureAfterMs } from "./lead-grant.ts";

export interface KnownLead {
  /** The moment before the newest renewal that was answered was sent; null: none, so there is no right to anything yet. */
  renewedAtMs: number | null;
  /** When it was given up for a silent gateway: what was sent up to then says nothing any more. */
  givenUpAtMs: number | null;
  isLost: boolean;
}

export const nothingKnown: KnownLead = { renewedAtMs: null, givenUpAtMs: null, isLost: false };

export function standingAt({ renewedAtMs, isLost }: KnownLead, nowMs: number): LeadStanding {
  if (isLost) return "lost";
  if (renewedAtMs === null) return "ending";
  const ageMs = nowMs - renewedAtMs;
  // Written so that a moment that is none, or still to come, counts as too old.
  if (ageMs >= 0 && ageMs < unsureAfterMs) return "held";
  return ageMs >= 0 && ageMs < endingAfterMs ? "unsure" : "ending";
}

/** Answers may come late and in any order: one counts from its own sending, and nothing comes after "lost". */
export function renewalAnswered(known: KnownLead, sentAtMs: number, answer: "renewed" | "lost"): KnownLead {
  if (known.isLost) return known;
  if (answer === "lost") return { ...known, isLost: true };
  const { renewedAtMs, givenUpAtMs } = known;
  if (givenUpAtMs !== null && sentAtMs <= givenUpAtMs) return known;
  return { ...known, renewedAtMs: Math.max(renewedAtMs ?? sentAtMs, sentAtMs), givenUpAtMs: null };
}

/** Whoever waits may take it from now on. */
export function givenUp(known: KnownLead, atMs: number): KnownLead {
  return { ...known, renewedAtMs: null, givenUpAtMs: atMs };
}

/** A release that nobody answered may take effect at any time: this grant can never be believed again. */
export function releaseUnanswered(known: KnownLead): KnownLead {
  return { ...known, isLost: true };
}
