/** One table for the console, the API and the twin: what may be done now and, if not, why. */
import type { AreaRules } from "./area-rules.ts";
import type { AreaState, MotionVerb } from "./area-state.ts";
import { firstBlock } from "./guards.ts";
import { isAlreadySo, settingBlock } from "./on-request.ts";
import type { Block } from "./plan-opening.ts";

export type MayTable = Record<string, true | Block>;

/** Keys as in the contract's AreaView: "open:3", "close", "ventilate", "inhibit", "release", "pause"; STOP is always possible. */
export function whatMayIDo(rules: AreaRules, state: AreaState, atMs: number): MayTable {
  const table: MayTable = {};
  // As if pressed now: what was seen at this very moment does not count as overtaking it.
  const now = { state: { ...state, held: {} }, rules, atMs, epoch: state.epoch };
  const lookNow = (aisle: number) => ({ ...now, aisle, askedAtMs: atMs, ageMsMax: rules.limits.startMaxMs });
  const start = (verb: MotionVerb, aisle: number) =>
    isAlreadySo(rules, state, verb, aisle, atMs) || (firstBlock(rules.guards.start, lookNow(aisle)) ?? true);
  for (let aisle = 1; aisle <= rules.aisleCount; aisle++) table[`open:${aisle}`] = start("open", aisle);
  table.close = start("close", 0);
  table.ventilate = start("ventilate", 0);
  for (const verb of ["inhibit", "release", "pause"] as const)
    table[verb] = settingBlock(rules, state, verb, atMs) ?? true;
  return table;
}
