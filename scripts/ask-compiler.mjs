// Checks beside the types: that the rules against a forgotten case or a floating promise are active, where real time is used, and
// how long functions are. Anything found that scripts/claims/exceptions.mjs does not name fails.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { longFunctionsFor, realTimeFor } from "./claims/exceptions.mjs";
import { functionLinesMax, longFunctions } from "./claims/long-functions.mjs";
import { isUnderClock, realTime } from "./claims/real-time.mjs";
import { sourceFiles } from "./claims/source-files.mjs";

const failures = [];

/** The code has no violation that could show that a rule is active, so violations are planted in a temporary project. */
const planted = {
  "inputs.ts": `export type Input = { kind: "open" } | { kind: "close" };
export async function carryOut(): Promise<void> {}
`,
  "planted.ts": `import { carryOut, type Input } from "./inputs.ts";

export function follow(input: Input): void {
  switch (input.kind) {
    case "open":
      carryOut();
      break;
  }
}
`,
};

function askLint() {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-planted-"));
  const { linter } = JSON.parse(readFileSync("biome.json", "utf8"));
  writeFileSync(join(folder, "biome.json"), JSON.stringify({ linter }));
  for (const [name, text] of Object.entries(planted)) writeFileSync(join(folder, name), text);
  const { stdout, stderr } = spawnSync(resolve("node_modules/.bin/biome"), ["lint", "."], {
    cwd: folder,
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  for (const rule of ["useExhaustiveSwitchCases", "noFloatingPromises"]) {
    if (!`${stdout}${stderr}`.includes(rule)) failures.push(`lint did not find what was planted for ${rule}`);
  }
}

function askPlanted() {
  const long = `export function tooLong() {\n${"  work();\n".repeat(functionLinesMax)}}\n`;
  if (longFunctions({ file: "src/planted.ts", text: long }).length !== 1) failures.push("a long function went unseen");
  const times = [
    "Date.now()",
    "new Date()",
    "setTimeout(work, 1)",
    "socket.setTimeout(1)",
    "performance.now()",
    "process.hrtime.bigint()",
    "Math.random()",
    'import { randomUUID } from "node:crypto"',
    'await import("node:timers/promises")',
    "const { now } = Date",
    "later(setImmediate)",
  ];
  for (const text of times) {
    if (realTime({ file: "src/planted.ts", text }).length === 0) failures.push(`real time went unseen: ${text}`);
  }
  const givenValues =
    "new Date(atMs); Date.UTC(2026, 0); const at: Date = made; x instanceof Date; Type.Date(); clock.now()";
  if (realTime({ file: "src/planted.ts", text: givenValues }).length > 0)
    failures.push("a given date was taken for now");
}

function askRealTime(files) {
  const seen = new Set();
  for (const one of files.filter(({ file }) => isUnderClock(file))) {
    const found = realTime(one);
    if (found.length > 0) seen.add(one.file);
    if (Object.hasOwn(realTimeFor, one.file)) continue;
    for (const { what, at } of found)
      failures.push(`${at} asks for real time or chance (${what}): take it from src/clock`);
  }
  for (const file of Object.keys(realTimeFor)) {
    if (!seen.has(file)) failures.push(`${file} takes no real time any more: delete it from the exceptions`);
  }
  return seen.size;
}

function askLengths(files) {
  const long = files.flatMap(longFunctions);
  for (const { key, lines, at } of long) {
    const allowed = longFunctionsFor[key];
    if (allowed === undefined) failures.push(`${at} ${key} has ${lines} lines, at most ${functionLinesMax}: split it`);
    else if (lines > allowed) failures.push(`${at} ${key} grew from ${allowed} lines to ${lines}: split it`);
  }
  const keys = new Set(long.map(({ key }) => key));
  for (const key of Object.keys(longFunctionsFor)) {
    if (!keys.has(key)) failures.push(`${key} is short enough or gone: delete it from the exceptions`);
  }
  return keys.size;
}

const files = sourceFiles();
askLint();
askPlanted();
const timed = askRealTime(files);
const long = askLengths(files);
console.log(
  `${files.length} files; real time in ${timed} of them; ${long} functions over ${functionLinesMax} lines, all named`,
);
for (const failure of failures) console.log(failure);
process.exit(failures.length === 0 ? 0 : 1);
