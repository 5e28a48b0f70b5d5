/** The table, the reliability of what was stated, and the goals that were not met. */
import type { PartResult } from "./accuracy.ts";
import { heardAfter, roundsToHear } from "./heard-after.ts";
import { calibrationError, type Reliability, type Tally } from "./tally.ts";

export interface Goal {
  name: string;
  value: number;
  goal: string;
  isMet: boolean;
}

const share = (part: number, whole: number) => (whole === 0 ? Number.NaN : part / whole);

/** Goals of src/sensing/METHOD.md; all of them over tags that are not nearly dead, but false lost, which is over all. */
export function goalsOf(results: readonly PartResult[]): Goal[] {
  const goals: Goal[] = [];
  const atLeast = (name: string, value: number, least: number) =>
    goals.push({ name, value, goal: `>= ${percent(least)}`, isMet: value >= least });
  const atMost = (name: string, value: number, most: number) =>
    goals.push({ name, value, goal: `<= ${percent(most)}`, isMet: !(value > most) });
  for (const { part, seeds, tallies, heardAfter: activeHeard } of results) {
    const { active } = tallies;
    const of = (name: string) => `${part.name}: ${name}`;
    if (part.name === "metal 3 dB") {
      const [two, three] = [tallies["ours/2"]!, tallies["ours/3"]!];
      atLeast(of("layer right, two passes"), share(two.layerRight, two.readable), 0.995);
      atLeast(of("layer right, active"), share(active!.layerRight, active!.readable), 0.995);
      atLeast(of("found, two passes"), share(two.found, two.readable), 0.996);
      atLeast(of("found, three passes"), share(three.found, three.readable), 0.9994);
      atLeast(of("found, active"), share(active!.found, active!.readable), 0.9999);
      const saved = roundsSaved(tallies, activeHeard, seeds);
      goals.push({
        name: of(`rounds saved by active until ${percent(heardShare)} of readable boxes are heard (${saved.words})`),
        ...{ value: saved.value, goal: ">= 30 %", isMet: !(saved.value < 0.3) },
      });
      for (const [held, figures] of heldEqual) {
        const passes = equalPasses(tallies, figures);
        const words = passes === null ? "more than 7" : passes.toFixed(2);
        const value = passes === null ? Number.NaN : 1 - active!.rounds / (passes * tallies["ours/1"]!.rounds);
        goals.push({
          name: of(
            `rounds saved by active against ${words} fixed passes (between whole ones by line), equal at the end in ${held}`,
          ),
          ...{ value, goal: ">= 30 %", isMet: !(value < 0.3) },
        });
      }
    }
    atMost(of("missing said to be present, active"), share(active!.falsePresent, active!.missing), 0.001);
    atMost(of("called lost but present, active"), share(active!.falseLost, active!.lost), 0.001);
    if (part.options.faults) atMost(of("boxes called lost that were merely not heard"), active!.falseLost, 0);
  }
  return goals;
}

/** The aim of active reading: reached while fixed passes reach it as well, and by enough boxes that one of them decides nothing. */
const heardShare = 0.9999;

/** Rounds until so many were heard; what active reading goes on for then are absences. */
function roundsSaved(tallies: Record<string, Tally>, activeHeard: PartResult["heardAfter"], seeds: number) {
  const wanted = heardShare * tallies.active!.readable;
  const passes = Object.entries(tallies).filter(([method]) => method.startsWith("ours/"));
  const steps = passes.map(([, { rounds, found }]) => ({ rounds: rounds / seeds, heard: found }));
  const [fixed, ours] = [roundsToHear(heardAfter(steps), wanted), roundsToHear(activeHeard, wanted)];
  const words = `${ours?.toFixed(1) ?? "never"} against ${fixed?.toFixed(1) ?? "never"} rounds a count`;
  return { value: ours === null ? 0 : fixed === null ? Number.NaN : 1 - ours / fixed, words };
}

/** What active and fixed reading are held equal in, over the same seeds and by the same judge. */
const heldEqual: readonly [held: string, figures: readonly (keyof Tally)[]][] = [
  ["boxes heard", ["found"]],
  ["boxes heard and missing boxes called lost", ["found", "lostRight"]],
];

/**
 * Fewest fixed passes that reach active reading in all of `figures`, each interpolated by a line between whole passes; null when
 * as many as were run do not.
 */
function equalPasses(tallies: Record<string, Tally>, figures: readonly (keyof Tally)[]): number | null {
  let most = 1;
  for (const figure of figures) {
    const wanted = tallies.active![figure];
    let passes = 1;
    while (tallies[`ours/${passes}`] && tallies[`ours/${passes}`]![figure] < wanted) passes++;
    const [before, reached] = [tallies[`ours/${passes - 1}`]?.[figure], tallies[`ours/${passes}`]?.[figure]];
    if (reached === undefined) return null;
    most = Math.max(most, before === undefined ? 1 : passes - (reached - wanted) / (reached - before));
  }
  return most;
}

export function printResult(results: readonly PartResult[], goals: readonly Goal[]): void {
  for (const { part, seeds, tallies, layer, absence, judgeMs } of results) {
    console.log(`\n${part.name} · ${seeds} seeds · slowest judging ${Math.round(judgeMs)} ms`);
    const header = ["", "layer right", "of heard", "misplaced found", "missing found", "open", "called lost"];
    header.push("false present", "false missing", "falsely moved", "found", "unreadable", "rounds");
    const rows = Object.entries(tallies).map(([method, one]) => rowOf(method, one, seeds));
    const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
    for (const row of [header, ...rows]) console.log(row.map((cell, i) => cell.padStart(widths[i]!)).join("  "));
    printReliability("stated layer", layer);
    printReliability("stated absence", absence);
  }
  console.log("");
  for (const { name, value, goal, isMet } of goals)
    console.log(`${isMet ? "met    " : "NOT met"}  ${name}: ${percent(value)}, goal ${goal}`);
}

function rowOf(method: string, one: Tally, seeds: number): string[] {
  return [
    method,
    percent(share(one.layerRight, one.readable)),
    percent(share(one.heardRight, one.heard)),
    percent(share(one.misplacedFound, one.misplaced)),
    percent(share(one.missingFound, one.missing)),
    percent(share(one.missingOpen, one.missing)),
    percent(share(one.lostRight, one.missing)),
    percent(share(one.falsePresent, one.missing)),
    `${one.falseLost} of ${one.lost}`,
    percent(share(one.falseMoved, one.boxes)),
    percent(share(one.found, one.readable)),
    `${one.unreadableListed} of ${one.deadSilent}`,
    String(Math.round(one.rounds / seeds)),
  ];
}

function printReliability(name: string, one: Reliability): void {
  const bins = one.edges.flatMap((edge, i) =>
    one.said[i]
      ? [`≥${edge}: ${percent(one.sum[i]! / one.said[i]!)} → ${percent(one.right[i]! / one.said[i]!)} (${one.said[i]})`]
      : [],
  );
  console.log(`  ${name}, said → true (count), off by ${percent(calibrationError(one))} in the mean`);
  console.log(`    ${bins.join("  ")}`);
}

function percent(value: number): string {
  if (Number.isNaN(value)) return "—";
  const digits = value > 0.99 || value < 0.01 ? 3 : 1;
  return `${(100 * value).toFixed(value === 0 || value === 1 ? 0 : digits)} %`;
}
