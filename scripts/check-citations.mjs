// Every pointer in comments and documents leads somewhere (citations.ts says which kinds), and every safety rule is cited.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { register } from "tsx/esm/api";

register();
const { citationFaults, pathsOf, rulesNamed } = await import("./citations.ts");
const { safetyRuleIds } = await import("../src/contract/safety-rules.ts");

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && existsSync(file));
/** Not checked: history, generated files, and the file that names faults as examples. */
const notRead = /^CHANGELOG\.md$|^tests\/storage\/baseline\/|\.generated\.|^scripts\/citations\.ts$/;
/** Where a rule is defined, and its documents: naming it there cites nothing. */
const definitions = /^(?:src\/contract\/safety-|docs\/safety)/;

const rules = new Set(safetyRuleIds);
const invariants = new Set(readFileSync("ARCHITECTURE.md", "utf8").match(/(?<=^\| )I\d+(?= \|)/gm));
const known = { paths: pathsOf(files), rules, invariants };
const faults = [];
const cited = { code: new Set(), test: new Set() };
for (const file of files.filter((name) =>
  /\.(?:tsx?|mjs|cjs|md|sql|ya?ml|css|conf|service|rules)$|vectors\.json$|Dockerfile$|Caddyfile$|\.env\.example$/.test(
    name,
  ),
)) {
  if (notRead.test(file)) continue;
  const text = readFileSync(file, "utf8");
  faults.push(...citationFaults(file, text, known));
  if (definitions.test(file)) continue;
  for (const rule of rulesNamed(text)) cited[/\.test\.tsx?$/.test(file) ? "test" : "code"].add(rule);
}
for (const { file, line, what } of faults) console.log(`${file}:${line} ${what}`);
for (const rule of safetyRuleIds) {
  if (!cited.code.has(rule)) console.log(`src/contract/safety-rules.ts no code cites ${rule}`);
  if (!cited.test.has(rule)) console.log(`src/contract/safety-rules.ts no test names ${rule}`);
}
const isWhole = safetyRuleIds.every((rule) => cited.code.has(rule) && cited.test.has(rule));
process.exit(faults.length === 0 && isWhole ? 0 : 1);
