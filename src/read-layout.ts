/** Reads a site file for a command: prints its faults line by line, and refuses it with their number. */
import { readFileSync } from "node:fs";
import { Refusal } from "./contract/errors.ts";
import { safetyRules } from "./contract/safety-rules.ts";
import { checkSite } from "./site/check-site.ts";
import { layoutOf } from "./site/layout.ts";
import { type ParsedSite, parseSite, type SiteFault } from "./site/parse-site.ts";
import { siteNotes } from "./site/site-notes.ts";

export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Refusal("site-unreadable", { file });
  }
}

export function readLayout(file: string) {
  const parsed = parseSite(readText(file));
  const faults = checkSite(parsed).filter((fault) => !fault.isWarning);
  for (const fault of faults) console.error(siteLine(file, fault));
  if (!parsed.site || faults.length > 0) throw new Refusal("site-invalid", { count: faults.length });
  return layoutOf(parsed.site);
}

/** Includes what no file can tell. */
export function siteLines(file: string, parsed: ParsedSite, faults: readonly SiteFault[]): string[] {
  return [...faults, ...siteNotes(parsed)].map((fault) => siteLine(file, fault));
}

function siteLine(file: string, { line, rule, path, reason, zh, isWarning }: SiteFault): string {
  const words = zh ? `${zh} / ${reason}` : reason;
  const name = rule && safetyRules[rule].name;
  const ofRule = name ? `[${rule} ${name.zh} / ${name.en}] ` : "";
  return `${file}:${line} ${isWarning ? "提示/note " : ""}${ofRule}${path} ${words}`;
}
