/**
 * A tag that was read keeps quiet for a while in sessions 1 to 3; in session 0 only until the round ends and the carrier stops.
 */
import { uniformAt } from "./draw.ts";
import type { AirRules } from "./parameters.ts";
import type { Tag } from "./tag.ts";

export type Session = 0 | 1 | 2 | 3;
export type Target = "A" | "B";

export interface SessionFlags {
  flagOf(epc: string, session: Session, atMs: number): Target;
  /** The tag was read: its flag turns over. */
  turn(epc: string, tag: Tag, session: Session, atMs: number): void;
}

export function newSessionFlags(rules: AirRules): SessionFlags {
  /** Until when a tag's flag is B, by session. */
  const untilMs = [1, 2, 3].map(() => new Map<string, number>());
  return {
    flagOf(epc, session, atMs) {
      if (session === 0) return "A";
      return (untilMs[session - 1]?.get(epc) ?? 0) > atMs ? "B" : "A";
    },
    turn(epc, tag, session, atMs) {
      if (session === 0) return;
      const until = untilMs[session - 1] as Map<string, number>;
      if ((until.get(epc) ?? 0) > atMs) until.delete(epc);
      else until.set(epc, atMs + keepMs(tag, session, rules));
    },
  };
}

/** A property of the tag's capacitor, not of the moment. */
function keepMs(tag: Tag, session: Session, rules: AirRules): number {
  const share = uniformAt(tag.salt, session);
  if (session === 1) return rules.s1KeepMsMin + share * (rules.s1KeepMsMax - rules.s1KeepMsMin);
  return rules.s2KeepMsMin + share * (rules.s2KeepMsMax - rules.s2KeepMsMin);
}
