import type { SafetyRuleId } from "../contract/safety-rules.ts";
import type { ParsedSite, SiteFault } from "./parse-site.ts";

export type Path = readonly (string | number)[];

/** Collects faults with their lines, in both languages, each a fault or a warning, with the safety rule that it breaks. */
export interface FaultList {
  fault(path: Path, en: string, zh: string, rule?: SafetyRuleId): void;
  warn(path: Path, en: string, zh: string, rule?: SafetyRuleId): void;
  all: SiteFault[];
}

/** Nobody reads more than this. */
const faultsMax = 200;

export function faultList(parsed: ParsedSite): FaultList {
  const all: SiteFault[] = [];
  function add(isWarning: boolean, path: Path, en: string, zh: string, rule?: SafetyRuleId): void {
    if (all.length >= faultsMax) return;
    const fault: SiteFault = { line: parsed.lineOf(path), path: path.join("."), reason: en, zh };
    if (rule !== undefined) fault.rule = rule;
    if (isWarning) fault.isWarning = true;
    all.push(fault);
  }
  return { all, fault: (...fault) => add(false, ...fault), warn: (...warning) => add(true, ...warning) };
}
