/**
 * Reads a site file: YAML in, a typed site or a list of faults with their lines out. checkSite applies the rules beyond shape.
 */
import { Compile } from "typebox/compile";
import type { SafetyRuleId } from "../contract/safety-rules.ts";
import { nowNamed } from "./former-keys.ts";
import { type Site, siteSchema } from "./schema.ts";
import { shapeFaults } from "./shape-fault.ts";
import { readYaml } from "./yaml-text.ts";

export interface SiteFault {
  line: number;
  /** Where in the file, e.g. "rooms.0.areas.1.columns". */
  path: string;
  reason: string;
  /** The same in Chinese, where the site check has it. */
  zh?: string;
  /** The safety rule that it breaks. */
  rule?: SafetyRuleId;
  /** The gateway starts all the same. */
  isWarning?: boolean;
}

export interface ParsedSite {
  site: Site | null;
  faults: SiteFault[];
  /** Line of a path in the file. */
  lineOf(path: readonly (string | number)[]): number;
}

const validator = Compile(siteSchema);
const faultsMax = 200;

export function parseSite(text: string): ParsedSite {
  const read = readYaml(text);
  if ("reason" in read) {
    const { line, reason } = read;
    return { site: null, faults: [{ line, path: "", reason, zh: "不是合法的 YAML" }], lineOf: () => line };
  }
  const { lineOf } = read;
  const { value, notes } = nowNamed(read.value);
  const told = notes.map(({ path, zh, en }) => faultAt(lineOf, path, zh, en, true));
  if (validator.Check(value)) return { site: value, faults: told, lineOf };
  const faults = shapeFaults([...validator.Errors(value)])
    .slice(0, faultsMax)
    .map(({ path, zh, en }) => faultAt(lineOf, path, zh, en, false));
  return { site: null, faults, lineOf };
}

function faultAt(
  lineOf: ParsedSite["lineOf"],
  path: readonly (string | number)[],
  zh: string,
  en: string,
  isWarning: boolean,
): SiteFault {
  return { line: lineOf(path), path: path.join("."), reason: en, zh, ...(isWarning ? { isWarning } : {}) };
}
