import type { SafetyRuleId } from "../contract/safety-rules.ts";
import type { AreaRules } from "./area-rules.ts";

/** Whether the controller's protocol carries what a safety rule needs; otherwise the gateway keeps the rule itself. */
export function keeps(rules: Pick<AreaRules, "cannotKeep">, rule: SafetyRuleId): boolean {
  return !rules.cannotKeep.has(rule);
}
