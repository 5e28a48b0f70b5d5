// Types, lint, layers, dead code and a few promises of the repository; every step runs, the first failure is the exit code.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** The layers cannot pass on nothing: a tool that sees no modules must fail. Raise it as the repository grows. */
const modulesMin = 300;
const failures = [];

function run(name, command, args) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
  if (status !== 0) {
    failures.push(name);
    console.log(`${stdout ?? ""}${stderr ?? ""}`.slice(0, 20_000));
  }
  return stdout ?? "";
}

function claim(name, isTrue, detail = "") {
  console.log(`${isTrue ? "ok  " : "FAIL"} ${name}${detail ? ` (${detail})` : ""}`);
  if (!isTrue) failures.push(name);
}

const bin = (name) => `node_modules/.bin/${name}`;
run("types: gateway, protocols, twin, tests", process.execPath, [
  "node_modules/@typescript/native/bin/tsc",
  "-p",
  "tsconfig.json",
]);
run("types: console", process.execPath, ["node_modules/@typescript/native/bin/tsc", "-p", "web/tsconfig.json"]);
run("lint and format", bin("biome"), ["ci", "--max-diagnostics=40", "."]);
const layers = run("layers", bin("depcruise"), [
  "--config",
  ".dependency-cruiser.cjs",
  "src",
  "firmware-protocols",
  "simulators",
  "web/src",
  "tests",
]);
const seen = Number(/\((\d+) modules/.exec(layers)?.[1] ?? 0);
claim("layers saw the whole repository", seen >= modulesMin, `${seen} modules, at least ${modulesMin}`);
run("words: none that was retired", process.execPath, ["scripts/retired-words.mjs"]);
run("what the compiler is asked beside types", process.execPath, ["scripts/ask-compiler.mjs"]);
run("dead code", bin("knip"), ["--no-progress"]);
run("citations: what comments and documents point at is there", process.execPath, ["scripts/check-citations.mjs"]);
run("migrations: none rewritten, none missing", process.execPath, ["scripts/migrations.mjs", "--check"]);

const lock = readFileSync("package-lock.json", "utf8");
claim("the lock file names no host", !/"resolved":|registry\./.test(lock));
const tracked = execFileSync("git", ["ls-files"], { encoding: "utf8" }).split("\n");
claim("no build output is tracked", !tracked.some((file) => /^(dist|data|node_modules)\//.test(file)));
/** A test may be long because of its table of cases; the code it tests may not. */
const linesMax = (file) => (/\.test\.tsx?$/.test(file) ? 400 : 300);
const long = tracked
  .filter((file) => /^(src|firmware-protocols|simulators|web|tests)\/.*\.tsx?$/.test(file) && existsSync(file))
  .filter((file) => readFileSync(file, "utf8").split("\n").length - 1 > linesMax(file));
claim("no file over 300 lines (tests 400)", long.length === 0, long.join(", "));

/** Product files in a folder whose text matches `found`. */
const filesWith = (under, found, except = []) =>
  tracked.filter(
    (file) =>
      file.startsWith(under) &&
      /(?<!\.test)\.tsx?$/.test(file) &&
      !except.includes(file) &&
      existsSync(file) &&
      found.test(readFileSync(file, "utf8")),
  );
const beside = filesWith("src/", /\bapp\.(get|post|put|patch|delete|all|route)\(/, [
  "src/http/mount.ts",
  "src/server/console-files.ts",
]);
claim("every route is a row of src/contract/endpoints", beside.length === 0, beside.join(", "));
const byHand = filesWith("web/src/", /\/api\/v\d/);
claim("the console asks by that table alone", byHand.length === 0, byHand.join(", "));

console.log(failures.length === 0 ? "check: all good" : `check: ${failures.length} failed: ${failures.join("; ")}`);
process.exit(failures.length === 0 ? 0 : 1);
