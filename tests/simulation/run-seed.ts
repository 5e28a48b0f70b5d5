/** Runs one seed from its first step to the final checks. */
import { verifyJournal } from "../../src/journal/verify.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { create, find, giveBack, importFile, meddle, place, resetFreshBarcodes, take } from "./actors/clerks.ts";
import { attend, openProperly, pressKey, request, show, stop, walkIn, walkOut } from "./actors/drivers.ts";
import { favour } from "./actors/favoured.ts";
import { holders } from "./actors/holders.ts";
import { lockOrUnlock } from "./actors/lockers.ts";
import { carry, plan, skip, steer, undo } from "./actors/movers.ts";
import { pickWeighted, type Weighted } from "./actors/pick.ts";
import { acknowledge, beginStocktake, startDelta, steerStocktake } from "./actors/stocktakers.ts";
import { remedy, troubles } from "./actors/troubles.ts";
import type { BugName } from "./bugs.ts";
import { healAndProve } from "./heal.ts";
import { banRealTime } from "./no-real-time.ts";
import { settle } from "./settle.ts";
import { databaseTemplate } from "./template.ts";
import { openWorld, type Violation, type World } from "./world.ts";

export interface SeedOptions {
  steps: number;
  bug?: BugName | null;
  /** Called for every noted line as it happens. */
  onLine?: (line: string) => void;
}

export interface SeedResult {
  seed: number;
  traceHash: string;
  steps: number;
  /** Frames, rows, requests, faults: lines of the trace. */
  events: number;
  /** How often the twin's carriages began to move. */
  motions: number;
  stops: number;
  stopMsWorst: number;
  gateways: number;
  /** Delta stocktakes that began, and their findings. */
  deltas: number;
  findings: number;
  virtualMs: number;
  violation: Violation | null;
  lastLines: string[];
}

const calm: Weighted = [
  [4, take],
  [4, giveBack],
  [3, place],
  [1, meddle],
  [1, create],
  [0.7, importFile],
  [1, find],
  [1.5, beginStocktake],
  [1, steerStocktake],
  [0.5, startDelta],
  [1.5, acknowledge],
  [2, plan],
  [3, steer],
  [10, carry],
  [1, skip],
  [0.7, undo],
  [3, request],
  [2, show],
  [1.5, stop],
  [5, openProperly],
  [2, attend],
  [2, walkIn],
  [3, walkOut],
  [1.5, pressKey],
  [1.5, lockOrUnlock],
];
const calmWeight = calm.reduce((sum, [weight]) => sum + weight, 0);
const allTroubles: Weighted = [...troubles, ...holders];
const troubleWeight = allTroubles.reduce((sum, [weight]) => sum + weight, 0);
const pauses = [0, 20, 150, 600, 2_500] as const;

/** Seeds differ in the rate of faults: from almost none to permanent. */
function actsOf(world: World, bug: BugName | null): Weighted {
  const share = world.chance.pick(bug ? [0.2, 0.35] : [0.03, 0.1, 0.2, 0.35]);
  const factor = (share * calmWeight) / ((1 - share) * troubleWeight);
  return favour(bug, [...calm, ...allTroubles.map(([weight, act]) => [weight * factor, act] as const)]);
}

export async function runSeed(seed: number, options: SeedOptions): Promise<SeedResult> {
  const database = await openDatabase({ memory: true, from: await databaseTemplate() });
  await settle();
  resetFreshBarcodes();
  const world = await openWorld(seed, database, options.bug ?? null, options.onLine);
  const release = banRealTime(
    () => world.clock.nowMs(),
    (what) => world.fail("E", what),
  );
  const onUnhandled = (error: unknown) => world.fail("E", `nobody caught: ${(error as Error)?.stack ?? error}`);
  process.on("unhandledRejection", onUnhandled);
  const startMs = world.clock.nowMs();
  let step = 0;
  try {
    world.beginStep(0);
    await world.keepGateway(true);
    await world.look();
    const acts = actsOf(world, options.bug ?? null);
    for (step = 1; step <= options.steps && !world.violation; step++) {
      world.beginStep(step);
      await remedy(world);
      await world.keepGateway();
      await pickWeighted(world.chance, acts)(world);
      await world.pass(world.chance.below(world.chance.pick(pauses) + 1));
      await world.look();
    }
    // A planted bug shows while faults happen, so its runs skip the long end.
    if (!world.violation && !options.bug) await healAndProve(world, step);
    if (!world.violation && !options.bug && world.sides.missing() > 0)
      world.fail("F", `${world.sides.missing()} of motion's decisions are not in the journal`);
    if (!world.violation) {
      const { faults } = await verifyJournal(database.db);
      if (faults.length > 0) world.fail("I8", `the journal does not verify: ${JSON.stringify(faults.slice(0, 3))}`);
    }
  } finally {
    release();
    process.off("unhandledRejection", onUnhandled);
    world.crash("at the end");
    await settle();
    await database.close();
  }
  return {
    seed,
    traceHash: world.trace.hash(),
    steps: Math.min(step, options.steps),
    events: world.trace.events,
    motions: world.watch.starts,
    stops: world.watch.stops,
    stopMsWorst: world.watch.stopMsWorst,
    gateways: world.gatewayCount,
    deltas: world.facts.stocktakes.filter(({ kind }) => kind === "delta").length,
    findings: world.findingsTold,
    virtualMs: world.clock.nowMs() - startMs,
    violation: world.violation,
    lastLines: world.trace.last(),
  };
}
