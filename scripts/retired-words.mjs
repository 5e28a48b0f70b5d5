// Words that were replaced by the field's own terms and must not come back, each with its replacement. Names of stored data
// (chains, tables, migrations, old kinds) stay, because they are in data and hashes.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const retired = [
  {
    word: /\b(?!0000_house|house\.guiwei)[a-z]*house(?:s|'s)?\b/i,
    use: "gateway, site, context",
    but: /"house"|chain=house|house: \d|'house'|0000_house|house\.guiwei|\/house"/,
  },
  { word: /hunt/i, use: "locate", but: /"hunt\.(started|ended)"|\/hunt/ },
  { word: /recount/i, use: "delta", but: /\/recount/ },
  { word: /\bodds/i, use: "probabilities" },
  { word: /\bears?\b|(?<=[a-z])Ears?\b|\bear(?=[A-Z])/, use: "antennas, listener" },
  { word: /\bvouch/i, use: "evidence, confirms" },
  {
    word: /(?<!link[- ]|link|antenna_|[\w-]*)profile/i,
    use: "calibration, register map, protocol",
    but: /[Ll]ink[- ]?[Pp]rofile|antenna_profiles|profile D\d/,
  },
];

/** Files about the old names. */
const free =
  /^(CHANGELOG\.md|scripts\/retired-words\.mjs|tests\/storage\/write-as-before\.mjs|src\/(http\/former-paths|site\/former-keys|stocktake\/summary|replay\/parse-line)|src\/storage\/migrations\/|.*\.(guiwei|svg|png|json|lock)$)/;

export function retiredWords(tracked) {
  const found = [];
  for (const file of tracked) {
    if (!/\.(tsx?|mjs|cjs|md|ya?ml|css|html)$/.test(file) || free.test(file) || !existsSync(file)) continue;
    for (const [i, line] of readFileSync(file, "utf8").split("\n").entries())
      for (const { word, use, but } of retired)
        if (word.test(line) && !(but && !word.test(line.replaceAll(new RegExp(but.source, "g"), ""))))
          found.push(`${file}:${i + 1} "${word.exec(line)?.[0]}" (use: ${use})`);
  }
  return found;
}

if (process.argv[1]?.endsWith("retired-words.mjs")) {
  const found = retiredWords(execFileSync("git", ["ls-files"], { encoding: "utf8" }).split("\n"));
  for (const line of found) console.log(line);
  process.exit(found.length === 0 ? 0 : 1);
}
