/**
 * The safety rules S1 … S24, each once: what code, tests and documents cite, what the console and the site check say of one, and
 * what docs/safety.md is written from (`node scripts/docs.mjs`). Numbers that are missing are not used.
 */
import { faultRules } from "./safety-table/fault-rules.ts";
import { motionRules } from "./safety-table/motion-rules.ts";
import { peopleRules } from "./safety-table/people-rules.ts";
import type { SafetyRule } from "./safety-table/safety-rule.ts";
import { stopRules } from "./safety-table/stop-rules.ts";

const table = { ...stopRules, ...peopleRules, ...motionRules, ...faultRules };

/** A rule that does not exist does not compile. */
export type SafetyRuleId = keyof typeof table;

export const safetyRules: Readonly<Record<SafetyRuleId, SafetyRule>> = table;

const numberOf = (rule: SafetyRuleId) => Number(rule.slice(1));

export const safetyRuleIds: readonly SafetyRuleId[] = (Object.keys(table) as SafetyRuleId[]).sort(
  (a, b) => numberOf(a) - numberOf(b),
);

/** The name of a rule as it comes from outside, where no type says so (a protocol's own list); throws RangeError on any other. */
export function safetyRuleId(name: string): SafetyRuleId {
  if (!Object.hasOwn(table, name)) throw new RangeError(`there is no safety rule ${name}`);
  return name as SafetyRuleId;
}

/** "S15 a command expires" */
export function ruleNamed(rule: SafetyRuleId, language: "zh" | "en"): string {
  return `${rule} ${safetyRules[rule].name[language]}`;
}

/** Rules that a protocol cannot carry, by who keeps them all the same. */
export function keptWithout(rules: readonly SafetyRuleId[], by: "gateway" | "shelving"): SafetyRuleId[] {
  return rules.filter((rule) => safetyRules[rule].wire?.without.by === by);
}

/** "S12 a warning before motion: every console shows and sounds it …": what is done where the protocol cannot carry it. */
export function keptLine(rule: SafetyRuleId, language: "zh" | "en"): string {
  const how = safetyRules[rule].wire?.without[language] ?? "";
  return `${ruleNamed(rule, language)}${language === "zh" ? "：" : ": "}${how}`;
}
