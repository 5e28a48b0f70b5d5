/** Time budgets of the test files: printed and checked at every run of `npm test`, so that the suite stays one of minutes. */

/** On a quiet machine with two cores, beside the files that run at the same time. */
const secondsMax = 20;
/** Files that need more, with their budgets. */
export const slower = {};
/** A busy machine is no fault of a file: it fails only above this multiple of its budget, corrected for the machine's speed. */
const patience = 3;
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
