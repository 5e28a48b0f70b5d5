/**
 * The safety rules S1 … S24, each defined once. Code, tests and documents cite them, the console and the site check show them,
 * and docs/safety.md is generated from them (`node scripts/docs.mjs`). Missing numbers are unused.
 */
import { faultRules } from "./safety-table/fault-rules.ts";
import { motionRules } from "./safety-table/motion-rules.ts";
import { peopleRules } from "./safety-table/people-rules.ts";
import type { SafetyRule } from "./safety-table/safety-rule.ts";
import { stopRules } from "./safety-table/stop-rules.ts";

const table = { ...stopRules, ...peopleRules, ...motionRules, ...faultRules };

/** Naming a rule that does not exist is a compile error. */
export type SafetyRuleId = keyof typeof table;

export const safetyRules: Readonly<Record<SafetyRuleId, SafetyRule>> = table;

const numberOf = (rule: SafetyRuleId) => Number(rule.slice(1));

export const safetyRuleIds: readonly SafetyRuleId[] = (Object.keys(table) as SafetyRuleId[]).sort(
  (a, b) => numberOf(a) - numberOf(b),
);

/** Checks a rule's name that comes from outside the types (a protocol's own list); throws RangeError if there is no such rule. */
export function safetyRuleId(name: string): SafetyRuleId {
  if (!Object.hasOwn(table, name)) throw new RangeError(`there is no safety rule ${name}`);
  return name as SafetyRuleId;
}

/** "S15 a command expires" */
export function ruleNamed(rule: SafetyRuleId, language: "zh" | "en"): string {
  return `${rule} ${safetyRules[rule].name[language]}`;
}

/** Those of the rules that are kept by the gateway, or by the shelving's own parts, where the protocol cannot carry them. */
export function keptWithout(rules: readonly SafetyRuleId[], by: "gateway" | "shelving"): SafetyRuleId[] {
  return rules.filter((rule) => safetyRules[rule].wire?.without.by === by);
}

/** What is done where the protocol cannot carry the rule: "S12 a warning before motion: every console shows and sounds it …". */
export function keptLine(rule: SafetyRuleId, language: "zh" | "en"): string {
  const how = safetyRules[rule].wire?.without[language] ?? "";
  return `${ruleNamed(rule, language)}${language === "zh" ? "：" : ": "}${how}`;
}
