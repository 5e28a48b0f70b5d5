/** The table of safety rules promises only what is there: files that cite the rule, tests of that name, words in both languages. */
import { describe, expect, test } from "vitest";
import { fatekNjust } from "../../firmware-protocols/register-maps/index.ts";
import {
  keptLine,
  keptWithout,
  ruleNamed,
  safetyRuleId,
  safetyRuleIds,
  safetyRules,
} from "../../src/contract/safety-rules.ts";
import { siteLines } from "../../src/read-layout.ts";
import { areaRules } from "../../src/shelving/area-rules.ts";
import { smallSpec } from "../../src/shelving/exploring/alphabet.ts";
import { keeps } from "../../src/shelving/keeps.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import { protocols } from "../../src/site/protocols.ts";
import { read, repositoryFiles } from "./documents.ts";

const files = new Set(repositoryFiles());

describe.each(safetyRuleIds)("%s", (rule) => {
  const { name, demand, wire, keptBy, tests, source } = safetyRules[rule];

  test("is kept by files that cite it", () => {
    expect(keptBy.length).toBeGreaterThan(0);
    for (const file of keptBy) {
      expect(files, file).toContain(file);
      expect(read(file), `${file} does not name ${rule}`).toMatch(new RegExp(`\\b${rule}\\b`));
    }
  });

  test("has tests of those names", () => {
    expect(tests.length).toBeGreaterThan(0);
    for (const [file, title] of tests) {
      expect(files, file).toContain(file);
      expect(read(file), `${file} has no test "${title}…"`).toContain(`"${title}`);
    }
  });

  test("says everything in both languages", () => {
    for (const words of [name, demand, source, ...(wire ? [wire.carries, wire.without] : [])]) {
      expect(words.zh).toMatch(/\p{Script=Han}/u);
      expect(words.en).not.toMatch(/\p{Script=Han}/u);
      expect(words.en.trim()).not.toBe("");
    }
  });
});

test("names are not used twice", () => {
  for (const language of ["zh", "en"] as const) {
    const names = safetyRuleIds.map((rule) => safetyRules[rule].name[language]);
    expect(new Set(names).size).toBe(names.length);
  }
});

test("whatever a protocol cannot carry is a rule that asks something of it, and is told by who keeps it", () => {
  for (const [name, { cannotKeep }] of Object.entries(protocols)) {
    for (const rule of cannotKeep) expect(safetyRules[rule].wire, `${name} ${rule}`).not.toBeNull();
    const told = [...keptWithout(cannotKeep, "gateway"), ...keptWithout(cannotKeep, "shelving")];
    expect(told.sort()).toEqual([...cannotKeep].sort());
  }
  // The poorest map there is: a rule that asks something of the protocol is one that some protocol cannot carry.
  const asked = safetyRuleIds.filter((rule) => safetyRules[rule].wire !== null);
  expect(fatekNjust.cannotKeep.map(({ rule }) => rule).sort()).toEqual([...asked].sort());
});

test("a rule that does not exist neither compiles nor passes", () => {
  const rules = areaRules("r1.1", smallSpec, ["S15"]);
  expect([keeps(rules, "S15"), keeps(rules, "S14")]).toEqual([false, true]);
  // @ts-expect-error The union of safety-rules.ts: this line must not compile.
  keeps(rules, `S${51}`);
  expect(() => safetyRuleId(`S${51}`)).toThrow(RangeError);
  expect(() => safetyRuleId("toString")).toThrow(RangeError);
});

test("the console's tooltip and the site check read the table", () => {
  expect(ruleNamed("S15", "en")).toBe(`S15 ${safetyRules.S15.name.en}`);
  expect(keptLine("S12", "zh")).toBe(`S12 ${safetyRules.S12.name.zh}：${safetyRules.S12.wire?.without.zh}`);
  expect(keptLine("S12", "en")).toContain("every console shows and sounds it");
  const fault = { line: 3, path: "rooms.0", reason: "late", zh: "迟", rule: "S15" as const };
  expect(siteLines("site", parseSite("site: 1\n"), [fault])[0]).toBe(
    "site:3 [S15 命令过时作废 / a command expires] rooms.0 迟 / late",
  );
});
