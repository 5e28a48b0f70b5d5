/**
 * `npm run accuracy`: where boxes are said to be, against where they are, over the twin's physics; ours beside the two rules of
 * today's shelves on the same seeds. Calibrations and histories come from other sessions than the scored one.
 *   -- --json        the same as data
 *   -- --seeds N     seeds, 20 unless told otherwise
 *   -- --first N     first seed, 1 unless told otherwise
 *   -- --bound       only active reading at 3 dB, for many seeds: does the stated bound hold?
 *   -- --minutes N   ends by itself after this time, 5 unless told otherwise, and says how many seeds it had
 */
import { parseArgs } from "node:util";
import { addHeard, type HeardAfter, nothingHeardAfter } from "./heard-after.ts";
import { type Part, parts } from "./parts.ts";
import { goalsOf, printResult } from "./print-result.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";
import { addReliability, addTally, emptyReliability, emptyTally, type Reliability, type Tally } from "./tally.ts";

export interface PartResult {
  part: Part;
  seeds: number;
  tallies: Record<string, Tally>;
  layer: Reliability;
  absence: Reliability;
  judgeMs: number;
  /** Of active reading, over all seeds. */
  heardAfter: HeardAfter;
}

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    bound: { type: "boolean", default: false },
    seeds: { type: "string", default: "20" },
    first: { type: "string", default: "1" },
    minutes: { type: "string", default: "5" },
  },
});
const seeds = wholeNumber("seeds");
const first = wholeNumber("first");
const endMs = performance.now() + wholeNumber("minutes") * 60_000;

const chosen = parts.filter(({ isBound }) => isBound === values.bound);
const results: PartResult[] = chosen.map((part) => ({
  ...{ part, seeds: 0, tallies: {}, judgeMs: 0, heardAfter: nothingHeardAfter },
  ...{ layer: emptyReliability(), absence: emptyReliability() },
}));
for (let seed = first; seed < first + seeds && performance.now() < endMs; seed++) {
  for (const result of results) {
    if (result.part.seedsMax !== undefined && seed >= first + result.part.seedsMax) continue;
    add(result, runSeed(seed, result.part.options));
  }
  console.error(`  seed ${seed} (${seed - first + 1} of ${seeds})`);
}
const goals = goalsOf(results);
if (values.json) console.log(JSON.stringify({ results, goals }, null, 2));
else printResult(results, goals);
if (results.some(({ seeds: run, part }) => run < Math.min(seeds, part.seedsMax ?? seeds)))
  console.error("  stopped by --minutes before the last seed");

function add(result: PartResult, one: SeedResult): void {
  result.seeds++;
  for (const [method, tally] of one.tallies)
    result.tallies[method] = addTally(result.tallies[method] ?? emptyTally(), tally);
  result.layer = addReliability(result.layer, one.layer);
  result.absence = addReliability(result.absence, one.absence);
  result.heardAfter = addHeard(result.heardAfter, one.heardAfter);
  result.judgeMs = Math.max(result.judgeMs, one.judgeMs);
}

function wholeNumber(name: "seeds" | "first" | "minutes"): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name}: a whole number, 1 or more`);
  return number;
}
