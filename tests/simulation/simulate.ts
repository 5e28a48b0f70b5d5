/** `npm run simulate -- --seeds 100`: seeds one after the other, until one fails; that one is told with the command that replays it. */
import { parseArgs } from "node:util";
import { type BugName, bugNames } from "./bugs.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    from: { type: "string", default: "1" },
    steps: { type: "string", default: "150" },
    seed: { type: "string" },
    bug: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(
    `simulate [--seeds N] [--from S] [--steps K] [--seed X: that one, every line] [--bug ${bugNames.join("|")}]`,
  );
  process.exit(0);
}
const bug = bugNames.find((name) => name === values.bug) ?? null;
if (values.bug && !bug) {
  console.error(`no such bug: ${values.bug} (${bugNames.join(", ")})`);
  process.exit(2);
}
const steps = Number(values.steps);

function replayOf(seed: number, planted: BugName | null): string {
  return `npm run simulate -- --seed ${seed} --steps ${steps}${planted ? ` --bug ${planted}` : ""}`;
}

function tell({ seed, violation, lastLines, traceHash }: SeedResult): void {
  if (!violation) return;
  console.log(lastLines.slice(-60).join("\n"));
  console.log(`\nseed ${seed}, step ${violation.step}: ${violation.invariant} broken: ${violation.detail}`);
  console.log(`trace ${traceHash}\nreplay: ${replayOf(seed, bug)}`);
}

async function runOne(seed: number): Promise<boolean> {
  const result = await runSeed(seed, { steps, bug, onLine: (line) => console.log(line) });
  const { lastLines: _, ...told } = result;
  console.log(JSON.stringify(told, null, 1));
  return result.violation === null;
}

async function runMany(): Promise<boolean> {
  const first = Number(values.from);
  const count = Number(values.seeds);
  const startedMs = Date.now();
  const sums = {
    steps: 0,
    events: 0,
    motions: 0,
    stops: 0,
    gateways: 0,
    deltas: 0,
    findings: 0,
    virtualMs: 0,
    stopMsWorst: 0,
  };
  for (let seed = first; seed < first + count; seed++) {
    const result = await runSeed(seed, { steps, bug });
    for (const name of ["steps", "events", "motions", "stops", "gateways", "deltas", "findings", "virtualMs"] as const)
      sums[name] += result[name];
    sums.stopMsWorst = Math.max(sums.stopMsWorst, result.stopMsWorst);
    const seconds = (Date.now() - startedMs) / 1000;
    process.stderr.write(`\rseed ${seed}: ${seed - first + 1}/${count}, ${(sums.steps / seconds).toFixed(0)} steps/s `);
    if (!result.violation) continue;
    process.stderr.write("\n");
    tell(result);
    return false;
  }
  process.stderr.write("\n");
  const { virtualMs, stopMsWorst, ...rest } = sums;
  console.log(`I1–I10, D and F held after every step of ${count} seeds: ${JSON.stringify(rest)}`);
  console.log(
    `${(virtualMs / 3_600_000).toFixed(1)} virtual hours in ${((Date.now() - startedMs) / 1000).toFixed(0)} s; slowest STOP ${stopMsWorst.toFixed(0)} ms to the wire`,
  );
  return true;
}

const isClean = values.seed === undefined ? await runMany() : await runOne(Number(values.seed));
process.exit(isClean ? 0 : 1);
