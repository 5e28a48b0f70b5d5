/** Time budgets of the test files: printed and checked at every run of `npm test`, so that the suite stays one of minutes. */

/** On two quiet cores, beside the files that run at the same time. */
const secondsMax = 20;
/** Files that need more, with their budgets. */
const slower = {
  "src/shelving/exploring/explore-broken.test.ts": 80,
  "src/shelving/exploring/explore-late.test.ts": 30,
  "src/shelving/exploring/explore-people.test.ts": 50,
  "src/shelving/exploring/explore-together.test.ts": 70,
  "src/shelving/exploring/explore.test.ts": 110,
  "tests/bench/bench.test.ts": 60,
  "tests/bench/hold-quick.test.ts": 280,
  "tests/browser/console.test.ts": 40,
  "tests/browser/evidence.test.ts": 30,
  "tests/browser/first-run.test.ts": 40,
  "tests/browser/jobs.test.ts": 80,
  "tests/browser/living-room.test.ts": 60,
  "tests/browser/reconnect.test.ts": 40,
  "tests/faults/bad-disk.test.ts": 70,
  "tests/faults/broker-deaths.test.ts": 30,
  "tests/faults/deaths-while-opening.test.ts": 50,
  "tests/faults/fire-while-held.test.ts": 60,
  "tests/faults/hang-up.test.ts": 40,
  "tests/faults/jobs.test.ts": 40,
  "tests/faults/kill-check.test.ts": 70,
  "tests/faults/kill-delta.test.ts": 30,
  "tests/faults/kill-import-phases.test.ts": 70,
  "tests/faults/kill-import.test.ts": 40,
  "tests/faults/kill-move.test.ts": 70,
  "tests/faults/kill-opening.test.ts": 30,
  "tests/faults/lead-lines.test.ts": 50,
  "tests/faults/lead-takeover.test.ts": 60,
  "tests/faults/motion-deaths.test.ts": 50,
  "tests/faults/parse-goes-on.test.ts": 30,
  "tests/faults/postgres-restart.test.ts": 30,
  "tests/faults/stocktake-scenario.test.ts": 30,
  "tests/faults/stop-door.test.ts": 30,
  "tests/faults/table-locked.test.ts": 50,
  "tests/faults/takeover-while-moving.test.ts": 60,
  "tests/faults/uncaught.test.ts": 40,
  "tests/faults/wall-clock.test.ts": 130,
  "tests/flows/backups.test.ts": 60,
  "tests/flows/check-goes-on.test.ts": 50,
  "tests/flows/import-lasts.test.ts": 30,
  "tests/flows/import-pause.test.ts": 40,
  "tests/flows/import.test.ts": 40,
  "tests/flows/occupancy-inputs.test.ts": 40,
  "tests/flows/shelving-motion.test.ts": 30,
  "tests/security/broker-probes.test.ts": 50,
  "tests/security/hostile-files.test.ts": 40,
  "tests/simulation/planted-bugs.test.ts": 90,
  "tests/simulation/simulation.test.ts": 50,
  "tests/storage/kill.test.ts": 40,
  "tests/storage/open-database.test.ts": 30,
  "tests/storage/power-loss.test.ts": 60,
  "tests/storage/version-before.test.ts": 30,
};
/** A busy machine is no fault of a file: it fails only above this multiple of its budget, corrected for the machine's speed. */
const patience = 4;
/** Duration of the piece of work of `workMs` on the machine that the budgets were measured on. */
const workMsThere = 190;

/** How many times slower than that machine this one is now, at least 1. */
export function slownessNow() {
  return Math.max(1, workMs() / workMsThere);
}

function workMs() {
  const startedAtMs = performance.now();
  let text = "";
  const counts = new Map();
  for (let i = 0; i < 600_000; i++) {
    text = `${i % 9973}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  for (let i = 0; i < 30; i++) JSON.parse(JSON.stringify([...counts]));
  return performance.now() - startedAtMs;
}

/**
 * @param {{ name: string, startTime: number, endTime: number }[]} files paths from the root of the project, moments in ms
 * @param {number} slowness
 * @returns {{ lines: string[], failed: string[] }} what to print, and the files that took too much
 */
export function judgeBudgets(files, slowness) {
  const lines = [];
  const failed = [];
  const taken = files.map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }));
  taken.sort((a, b) => b.seconds - a.seconds);
  const sum = taken.reduce((sum, { seconds }) => sum + seconds, 0);
  lines.push(
    `${taken.length} files took ${Math.round(sum)} s together; this machine is ${slowness.toFixed(1)} times as slow as the budgets' one.`,
  );
  for (const { name, seconds } of taken) {
    const allowed = slower[name] ?? secondsMax;
    if (seconds <= allowed * slowness) continue;
    const isTooMuch = seconds > allowed * slowness * patience;
    lines.push(`  ${isTooMuch ? "TOO SLOW" : "over its budget"}: ${name} took ${seconds.toFixed(1)} s of ${allowed}`);
    if (isTooMuch) failed.push(name);
  }
  return { lines, failed };
}
