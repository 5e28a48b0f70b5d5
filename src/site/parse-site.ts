/** Reads a site file: YAML in, a typed site or a list of faults with their lines out. Rules beyond shape are checkSite's. */
import { Compile } from "typebox/compile";
import { type Document, LineCounter, parseDocument } from "yaml";
import { type Site, siteSchema } from "./schema.ts";
import { shapeFaults } from "./shape-fault.ts";

export interface SiteFault {
  line: number;
  /** Where in the file, e.g. "rooms.0.areas.1.columns". */
  path: string;
  reason: string;
  /** The same in Chinese, where the site check says it. */
  zh?: string;
  /** Rule of 4-safety that it breaks, e.g. "S1". */
  rule?: string;
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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (path: readonly (string | number)[]) => lineOfPath(document, lines, path);
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({
      line: lines.linePos(error.pos[0]).line,
      path: "",
      reason: error.message.split("\n")[0] ?? error.code,
      zh: "不是合法的 YAML",
    }));
    return { site: null, faults, lineOf };
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (validator.Check(value)) return { site: value, faults: [], lineOf };
  const faults = shapeFaults([...validator.Errors(value)])
    .slice(0, faultsMax)
    .map(({ path, zh, en }): SiteFault => ({ line: lineOf(path), path: path.join("."), reason: en, zh }));
  return { site: null, faults, lineOf };
}

function lineOfPath(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(
      path.slice(0, length).map((part) => (/^\d+$/.test(String(part)) ? Number(part) : part)),
      true,
    ) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
