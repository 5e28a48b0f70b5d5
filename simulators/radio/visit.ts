/** Random values that a put-back draws anew: one per (tag, antenna), and one more per channel (simulators/README.md, the air). */
import { normalAt } from "./draw.ts";
import type { AirRules } from "./parameters.ts";

/** Two-way; `visitSalt` identifies tag, antenna and put-back. */
export function visitDb(visitSalt: number, rules: AirRules): number {
  return rules.visitSdDb * normalAt(visitSalt, 0);
}

/** Two-way, on one channel of that visit. */
export function channelDb(visitSalt: number, channel: number, rules: AirRules): number {
  return rules.channelSdDb * normalAt(visitSalt, 1 + channel);
}
