import type { AreaRules } from "./area-rules.ts";

/** Whether the controller's protocol carries what a rule of 4-safety needs; otherwise the gateway keeps the rule itself. */
export function keeps(rules: Pick<AreaRules, "cannotKeep">, rule: string): boolean {
  return !rules.cannotKeep.has(rule);
}
