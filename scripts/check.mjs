// Types, lint, layers, dead code and a few promises of the repository; every step runs, the first failure is the exit code.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** The layers cannot pass on nothing: a tool that sees no modules must fail. Raise it as the repository grows. */
const modulesMin = 300;
const failures = [];

/** The steps wait for each other only where there is no processor left; each is printed when it ends. */
const atOnceMax = Math.max(1, Math.min(4, availableParallelism()));
const waiting = [];
let atOnce = 0;

/** Resolves with what the step printed. */
function run(name, command, args) {
  return new Promise((resolve) => {
    waiting.push(() => {
      const started = Date.now();
      execFile(command, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        console.log(`${error ? "FAIL" : "ok  "} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
        if (error) {
          failures.push(name);
          console.log(`${stdout}${stderr}`.slice(0, 20_000) || error.message);
        }
        atOnce--;
        startNext();
        resolve(stdout);
      });
    });
    startNext();
  });
}

function startNext() {
  if (atOnce >= atOnceMax || waiting.length === 0) return;
  atOnce++;
  waiting.shift()();
}

function claim(name, isTrue, detail = "") {
  console.log(`${isTrue ? "ok  " : "FAIL"} ${name}${detail ? ` (${detail})` : ""}`);
  if (!isTrue) failures.push(name);
}

const bin = (name) => `node_modules/.bin/${name}`;
const layers = run("layers", bin("depcruise"), [
  "--config",
  ".dependency-cruiser.cjs",
  "src",
  "firmware-protocols",
  "simulators",
  "web/src",
  "tests",
]);
const tsc = "node_modules/@typescript/native/bin/tsc";
const steps = [
  layers,
  run("types: gateway, protocols, twin, tests", process.execPath, [tsc, "-p", "tsconfig.json"]),
  run("types: console", process.execPath, [tsc, "-p", "web/tsconfig.json"]),
  run("lint and format", bin("biome"), ["ci", "--max-diagnostics=40", "."]),
  run("dead code", bin("knip"), ["--no-progress"]),
  run("what the compiler is asked beside types", process.execPath, ["scripts/ask-compiler.mjs"]),
  run("words: none that was retired", process.execPath, ["scripts/retired-words.mjs"]),
  run("citations: what comments and documents point at is there", process.execPath, ["scripts/check-citations.mjs"]),
  run("migrations: none rewritten, none missing", process.execPath, ["scripts/migrations.mjs", "--check"]),
];
await Promise.all(steps);
const seen = Number(/\((\d+) modules/.exec(await layers)?.[1] ?? 0);
claim("layers saw the whole repository", seen >= modulesMin, `${seen} modules, at least ${modulesMin}`);

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
