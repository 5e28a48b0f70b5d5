/**
 * `npm run simulate -- --seeds 100`: runs seeds one after the other until one fails, and prints the command that replays it.
 * Each seed is two runs: a gateway with its people and faults, then two gateways that want one area.
 */
import { parseArgs } from "node:util";
import { bugNames } from "./bugs.ts";
import { leadBugNames } from "./lead-life.ts";
import { runSeed, type SeedResult } from "./run-seed.ts";
import { runTwoGateways } from "./two-gateways.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    from: { type: "string", default: "1" },
    steps: { type: "string", default: "150" },
    seed: { type: "string" },
    bug: { type: "string" },
    only: { type: "string" },
    minutes: { type: "string", default: "4" },
    help: { type: "boolean", default: false },
  },
});

const runs = ["room", "gateways"] as const;
if (values.help) {
  console.log(
    `simulate [--seeds N] [--from S] [--steps K] [--seed X: that one, every line] [--bug ${[...bugNames, ...leadBugNames].join("|")}]
  --only room: without the two gateways; --only gateways: nothing else, --minutes M of virtual time each`,
  );
  process.exit(0);
}
const bug = bugNames.find((name) => name === values.bug) ?? null;
const leadBug = leadBugNames.find((name) => name === values.bug) ?? null;
if (values.bug && !bug && !leadBug) {
  console.error(`no such bug: ${values.bug} (${[...bugNames, ...leadBugNames].join(", ")})`);
  process.exit(2);
}
if (values.only && !runs.some((run) => run === values.only)) {
  console.error(`no such run: ${values.only} (${runs.join(", ")})`);
  process.exit(2);
}
/** Names of violations: I11 to I13 are reported as the I3 or I5 that they would break. */
const watched =
  "I1–I13, D (findings), F (motion's own record), L (all is answered, and works again when mended), E (nothing uncaught, no real time)";
const steps = Number(values.steps);
const minutes = Number(values.minutes);
/** A planted bug belongs to one of the two runs. */
const isWanted = (run: (typeof runs)[number]) =>
  values.bug ? (run === "room") === (bug !== null) : values.only === undefined || values.only === run;

function replayOf(seed: number): string {
  return `npm run simulate -- --seed ${seed} --only room --steps ${steps}${bug ? ` --bug ${bug}` : ""}`;
}

function tell({ seed, violation, lastLines, traceHash }: SeedResult): void {
  if (!violation) return;
  console.log(lastLines.slice(-60).join("\n"));
  console.log(`\nseed ${seed}, step ${violation.step}: ${violation.invariant} broken: ${violation.detail}`);
  console.log(`trace ${traceHash}\nreplay: ${replayOf(seed)}`);
}

function tellGateways(seed: number, { violation, lines }: Awaited<ReturnType<typeof runTwoGateways>>): void {
  console.log(lines.slice(-60).join("\n"));
  console.log(`\nseed ${seed}, two gateways: ${violation}`);
  const planted = leadBug ? ` --bug ${leadBug}` : "";
  console.log(`replay: npm run simulate -- --seed ${seed} --only gateways --minutes ${minutes}${planted}`);
}

async function runOne(seed: number): Promise<boolean> {
  let isClean = true;
  if (isWanted("room")) {
    const result = await runSeed(seed, { steps, bug, onLine: (line) => console.log(line) });
    const { lastLines: _, ...told } = result;
    console.log(JSON.stringify(told, null, 1));
    isClean = result.violation === null;
  }
  if (isWanted("gateways")) {
    const { lines, ...told } = await runTwoGateways(seed, leadBug, minutes);
    console.log(lines.join("\n"));
    console.log(JSON.stringify({ seed, ...told }, null, 1));
    isClean &&= told.violation === null;
  }
  return isClean;
}

const counted = ["steps", "events", "motions", "stops", "gateways", "deltas", "findings", "virtualMs"] as const;
const sums = {
  context: {
    ...(Object.fromEntries(counted.map((name) => [name, 0])) as Record<(typeof counted)[number], number>),
    stopMsWorst: 0,
  },
  gateways: { starts: 0, grants: 0 },
};

async function contextHolds(seed: number): Promise<boolean> {
  const result = await runSeed(seed, { steps, bug });
  for (const name of counted) sums.context[name] += result[name];
  sums.context.stopMsWorst = Math.max(sums.context.stopMsWorst, result.stopMsWorst);
  tell(result);
  return result.violation === null;
}

async function gatewaysHold(seed: number): Promise<boolean> {
  const result = await runTwoGateways(seed, leadBug, minutes);
  sums.gateways.starts += result.starts;
  sums.gateways.grants += result.grants;
  if (result.violation) tellGateways(seed, result);
  return result.violation === null;
}

async function runMany(): Promise<boolean> {
  const first = Number(values.from);
  const count = Number(values.seeds);
  const startedMs = Date.now();
  const seconds = () => ((Date.now() - startedMs) / 1000).toFixed(0);
  for (let seed = first; seed < first + count; seed++) {
    const isClean =
      (!isWanted("room") || (await contextHolds(seed))) && (!isWanted("gateways") || (await gatewaysHold(seed)));
    if (!isClean) return false;
    process.stderr.write(`\rseed ${seed}: ${seed - first + 1}/${count} in ${seconds()} s `);
  }
  process.stderr.write("\n");
  if (isWanted("room")) {
    const { virtualMs, stopMsWorst, ...rest } = sums.context;
    console.log(`${watched} held after every step of ${count} seeds: ${JSON.stringify(rest)}`);
    const hours = (virtualMs / 3_600_000).toFixed(1);
    console.log(`${hours} virtual hours; slowest STOP ${stopMsWorst.toFixed(0)} ms to the wire`);
  }
  if (isWanted("gateways"))
    console.log(
      `I14, two gateways: no two grants began or moved one area, ${count} × ${minutes} min: ${JSON.stringify(sums.gateways)}`,
    );
  console.log(`in ${seconds()} s`);
  return true;
}

const isClean = values.seed === undefined ? await runMany() : await runOne(Number(values.seed));
process.exit(isClean ? 0 : 1);
