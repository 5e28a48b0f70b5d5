// `npm test`: builds the console once, runs every test, and says in plain words what was skipped and why.
// Tests that need a tool which the machine lacks (PostgreSQL, Mosquitto, Chromium, socat, nginx, a disk to mount …) are skipped
// with a reason; GUIWEI_REQUIRE_ALL=1 makes that a failure.
// Files that fail while the whole suite loads the machine run once more alone. Those that then pass are listed as unsteady; those
// that fail again, or more files than `filesAloneMax`, are a failure.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { judgeBudgets, slownessNow } from "./test-budgets.mjs";

const filesAloneMax = 3;
const tools = ["POSTGRES", "MOSQUITTO", "CHROMIUM", "SOCAT", "PEERS", "DISK", "NGINX"];
const env = { ...process.env };
// A value that is set explicitly stays: GUIWEI_REQUIRE_DISK=0 where a container may mount nothing.
if (env.GUIWEI_REQUIRE_ALL === "1") for (const tool of tools) env[`GUIWEI_REQUIRE_${tool}`] ??= "1";

if (!existsSync("node_modules/vitest")) {
  console.error("缺少依赖，请先运行 npm ci。/ Dependencies are missing: run npm ci first.");
  process.exit(1);
}
const built = spawnSync("node_modules/.bin/vite", ["build", "web", "--logLevel", "warn"], { stdio: "inherit", env });
if (built.status !== 0) process.exit(built.status ?? 1);

const folder = mkdtempSync(join(tmpdir(), "guiwei-test-"));
let status = 1;
try {
  status = testAll(process.argv.slice(2));
} catch (error) {
  console.error(`The test runner left no report: ${error.message}`);
  console.log("0 passed, 1 failed");
}
rmSync(folder, { recursive: true, force: true });
process.exit(status);

/** Prints the last line and returns the exit status. */
function testAll(args) {
  const before = slownessNow();
  const first = runTests(args, "report.json");
  const isQuickEnough = sayBudgets(first.testResults, Math.max(before, slownessNow()));
  const failed = first.testResults.filter((file) => file.status !== "passed");
  let lost = failedIn(first);
  let passed = first.numPassedTests;
  let isGood = first.success;
  if (failed.length > 0 && failed.length <= filesAloneMax) {
    const files = failed.map((file) => relative(process.cwd(), file.name));
    console.log(`\nAgain, alone, since the suite loads the machine: ${files.join(", ")}\n`);
    const second = runTests([...args.filter((arg) => arg.startsWith("-")), ...files], "alone.json");
    lost = failedIn(second);
    isGood = second.success;
    passed += second.numPassedTests - failed.flatMap((file) => file.assertionResults).filter(isPassed).length;
    sayUnsteady(failed, second);
  }
  const skipped = first.testResults.flatMap((file) => file.assertionResults.filter(isSkipped));
  if (skipped.length > 0) console.log(`\n${skipped.length} skipped:`);
  for (const { fullName, meta } of skipped)
    console.log(`  - ${fullName}${meta?.skipReason ? `: ${meta.skipReason}` : ""}`);
  console.log(`\n${passed} passed, ${lost} failed, ${skipped.length} skipped`);
  return isGood && lost === 0 && isQuickEnough ? 0 : 1;
}

/** Prints files above their budget; false when one is far above it. */
function sayBudgets(testResults, slowness) {
  const files = testResults.map((file) => ({ ...file, name: relative(process.cwd(), file.name) }));
  const { lines, failed } = judgeBudgets(files, slowness);
  console.log(`\n${lines.join("\n")}`);
  return failed.length === 0;
}

function runTests(args, name) {
  const report = join(folder, name);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { status } = spawnSync("node_modules/.bin/vitest", ["run", ...reporters, ...args], { stdio: "inherit", env });
  const result = JSON.parse(readFileSync(report, "utf8"));
  // The report leaves out errors outside every test (vitest-dev/vitest issue 8669); the exit status does not.
  return { ...result, success: result.success && status === 0 };
}

/** A file that could not be loaded counts as one failed test; so does an error outside every test. */
function failedIn(result) {
  return result.numFailedTests || (result.numFailedTestSuites > 0 || !result.success ? 1 : 0);
}

/** Prints what failed in the whole run and passed alone. */
function sayUnsteady(failed, second) {
  const good = new Set(second.testResults.flatMap((file) => file.assertionResults.filter(isPassed).map(keyIn(file))));
  const unsteady = failed.flatMap((file) =>
    file.assertionResults.filter((t) => t.status === "failed" && good.has(keyIn(file)(t))),
  );
  if (unsteady.length > 0) console.log(`\n${unsteady.length} unsteady: failed among all, passed alone. To be mended:`);
  for (const { fullName, failureMessages } of unsteady) {
    console.log(`  - ${fullName}: ${String(failureMessages?.[0] ?? "").split("\n")[0]}`);
  }
}

function keyIn(file) {
  return (test) => `${file.name} ${test.fullName}`;
}
function isPassed(test) {
  return test.status === "passed";
}
function isSkipped(test) {
  return test.status === "skipped" || test.status === "pending" || test.status === "todo";
}
