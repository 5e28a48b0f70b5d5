/** The check of citations finds what is planted, and leaves alone what only looks like it. */
import { describe, expect, test } from "vitest";
import { citationFaults, type Known, pathsOf, rulesNamed } from "../../scripts/citations.ts";
import { safetyRuleIds } from "../../src/contract/safety-rules.ts";

const known: Known = {
  paths: pathsOf([
    "src/contract/ports.ts",
    "src/sensing/METHOD.md",
    "src/shelving/guards.ts",
    "ARCHITECTURE.md",
    "a.ts",
  ]),
  rules: new Set(safetyRuleIds),
  invariants: new Set(["I1", "I14"]),
};
/** Put together, so that this file names none of them itself. */
const rule = (number: number) => `S${number}`;
const clause = "\u00a7";
const told = (text: string, file = "a.ts") =>
  citationFaults(file, text, known).map(({ line, what }) => `${line} ${what}`);

describe("planted", () => {
  test.each([
    [
      "a misspelt rule in a comment",
      `const a = 1;\n/** ${rule(51)}: never. */\n`,
      `2 there is no safety rule ${rule(51)}`,
    ],
    ["the same in a name of a test", `it("stops (${rule(20)})", run);\n`, `1 there is no safety rule ${rule(20)}`],
    ["a file that is gone", "// See src/contract/doors.ts.\n", "1 there is no src/contract/doors.ts"],
    ["the same by its name", "/** As `old-ports.ts` has it. */\n", "1 there is no old-ports.ts"],
    ["a document by its number", "\n// The physics of 3-radio.\n", '2 "3-radio" names a document that is not here'],
    [
      "a document of somebody else",
      "// As the shared design says.\n",
      '1 "shared design" points at something that is not here',
    ],
    ["an issue of nobody", "// It hangs (issue 8).\n", '1 "issue 8" without owner/repository before it'],
    ["an issue of a name without owner", "// vitest issue 8669\n", '1 "issue 8669" without owner/repository before it'],
    ["a number alone", "// see #1234\n", '1 "#1234" without owner/repository before it'],
    ["a clause of nothing", `/** Fixed (${clause} 2.2.2). */\n`, `1 "${clause} 2.2.2" without its publication's name`],
    ["an invariant that is none", `// ${"I"}27 holds.\n`, `1 ARCHITECTURE.md has no invariant ${"I"}27`],
  ])("%s", (_, text, what) => {
    expect(told(text)).toEqual([what]);
  });

  test("on the line where it stands, in each kind of file", () => {
    expect(told("a: 1\n# see 4-safety\nb: 2\n", "a.yaml")).toEqual(['2 "4-safety" names a document that is not here']);
    expect(told("-- see 4-safety\nSELECT 1;\n", "a.sql")).toEqual(['1 "4-safety" names a document that is not here']);
    expect(told("# A\n\nAs in\n4-safety.\n", "a.md")).toEqual(['4 "4-safety" names a document that is not here']);
    expect(told('{\n  "document": "manual; 7-protocols 2.1"\n}\n', "vectors.json")).toHaveLength(1);
    expect(told("const a = 1; // as in 4-safety\n")).toHaveLength(1);
    expect(told("/**\n * One line,\n * and 4-safety.\n */\n")).toEqual([
      '3 "4-safety" names a document that is not here',
    ]);
  });

  test("a session of Gen2 that is written like a rule, where both would be meant", () => {
    expect(told(`// read in ${rule(1)}\n`, "simulators/radio/air.ts")).toHaveLength(1);
    expect(told("// read in session 1\n", "simulators/radio/air.ts")).toEqual([]);
  });
});

test.each([
  [
    "rules, files, documents and invariants that are there",
    "// S15, I14: guards.ts, contract/ports.ts, src/sensing/METHOD.md, src/shelving\n",
  ],
  ["a file of another repository", "// tafia/calamine src/xlsx/mod.rs does; vgavro/rfid-reader `docs/`\n"],
  ["a pattern of files", "// src/contract/*.ts and web/src/words/{zh,en}/\n"],
  ["what is counted", "// 16-bit words, 3-byte EPCs, an 8-port reader\n"],
  [
    "an issue with its repository, and more of it",
    "// (serialport/bindings-cpp issue 162, pull request 164; esp-rs/espmonitor issue 12)\n",
  ],
  ["a clause of a publication", `// MQTT 3.1.1 ${clause}4.7.1, ${clause}1.5.3\n`],
  [
    "text, templates and patterns of code",
    'const a = "see 4-safety // 5-broker"; const b = `// 3-radio`; const c = /\\/\\/ 3-radio/;\n',
  ],
  ["addresses", 'const url = "https://example.org/3-radio"; // an address\n'],
])("nothing is said of %s", (_, text) => {
  expect(told(text)).toEqual([]);
});

test("rules are found wherever they are named", () => {
  expect([...rulesNamed('keeps(rules, "S15"); // S3, S4: not S or ATS5 or S-1\n')].sort()).toEqual(["S15", "S3", "S4"]);
});
