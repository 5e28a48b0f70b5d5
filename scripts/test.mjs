// `npm test`: builds the console once, runs every test, and says in plain words what was skipped and why.
// What a machine lacks (PostgreSQL, Mosquitto, Chromium, socat …) is skipped with its reason; GUIWEI_REQUIRE_ALL=1 makes that a failure.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const tools = ["POSTGRES", "MOSQUITTO", "CHROMIUM", "SOCAT", "PEERS"];
const env = { ...process.env };
if (env.GUIWEI_REQUIRE_ALL === "1") for (const tool of tools) env[`GUIWEI_REQUIRE_${tool}`] = "1";

if (!existsSync("node_modules/vitest")) {
  console.error("缺少依赖，请先运行 npm ci。/ Dependencies are missing: run npm ci first.");
  process.exit(1);
}
const files = process.argv.slice(2);
const built = spawnSync("node_modules/.bin/vite", ["build", "web", "--logLevel", "warn"], { stdio: "inherit", env });
if (built.status !== 0) process.exit(built.status ?? 1);

const folder = mkdtempSync(join(tmpdir(), "guiwei-test-"));
const report = join(folder, "report.json");
const run = spawnSync(
  "node_modules/.bin/vitest",
  ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...files],
  { stdio: "inherit", env },
);
let status = run.status ?? 1;
try {
  const result = JSON.parse(readFileSync(report, "utf8"));
  const skipped = result.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === "skipped" || test.status === "pending" || test.status === "todo")
      .map((test) => ({ name: test.fullName, why: test.meta?.skipReason })),
  );
  if (skipped.length > 0) {
    console.log(`\n${skipped.length} skipped:`);
    for (const { name, why } of skipped) console.log(`  - ${name}${why ? `: ${why}` : ""}`);
  }
  const failed = result.numFailedTests + (result.numFailedTestSuites > 0 && result.numFailedTests === 0 ? 1 : 0);
  if (failed > 0 || !result.success) status = status || 1;
  console.log(`\n${result.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped`);
} catch (error) {
  console.error(`The test runner left no report: ${error.message}`);
  status = status || 1;
  console.log("0 passed, 1 failed");
}
rmSync(folder, { recursive: true, force: true });
process.exit(status);
