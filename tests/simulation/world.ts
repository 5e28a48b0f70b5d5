/** One seed's world: the twin, the lines, the database, the living or dead gateway, and all checks. */
import { createTwin, type Twin } from "../../simulators/twin.ts";
import { type Chance, seededChance } from "../../src/clock/chance.ts";
import { sleep } from "../../src/clock/clock.ts";
import { clockGapMsMin } from "../../src/clock/clock-gap.ts";
import { type VirtualClock, virtualClock } from "../../src/clock/virtual-clock.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { answersOf } from "./answers.ts";
import { brokenDatabase, calmDatabase } from "./broken-database.ts";
import type { BugName } from "./bugs.ts";
import { type Facts, readFacts, readNewRows } from "./facts.ts";
import { type FactsWatch, factsWatch } from "./facts-watch.ts";
import { type Gateway, openGatewayCore } from "./gateway.ts";
import { type MotionContext, openMotionContext } from "./motion-side.ts";
import { type Fail, type MotionWatch, motionWatch } from "./motion-watch.ts";
import { isExpected, type Outcome, type Request } from "./outcome.ts";
import { databaseWrites, settle } from "./settle.ts";
import { newSide, type Side } from "./side.ts";
import { type SidesWatch, sidesWatch } from "./sides-watch.ts";
import { simLayout, simStanding, startMs } from "./site.ts";
import { newTrace, type Trace } from "./trace.ts";
import { openWires } from "./wires.ts";

export interface Violation {
  invariant: string;
  step: number;
  detail: string;
}

const reopenMsMax = 5_000;
const gapSeenMsMax = 150;

export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld(
  seed: number,
  database: Database,
  bug: BugName | null,
  onLine?: (line: string) => void,
) {
  const root = seededChance(`simulation/${seed}`);
  const clock: VirtualClock = virtualClock(startMs);
  const trace: Trace = newTrace(() => clock.nowMs(), onLine);
  const twin: Twin = createTwin({ layout: simLayout, standing: simStanding, clock, seed: `simulation/${seed}/twin` });
  const chance: Chance = root.fork("actors");
  const endChance = root.fork("ends");
  const databaseChance = root.fork("database");
  const beatless = new Set<string>(bug || root.fork("site").next() < 0.5 ? ["r1.2"] : []);
  for (const areaKey of beatless) Object.assign(twin.room.areas.get(areaKey)?.rules ?? {}, { needsHeartbeat: false });
  const databaseRates = { ...calmDatabase };
  const seen = new Map<string, number>();
  let violation: Violation | null = null;
  let step = 0;
  let gateway: Gateway | null = null;
  let gatewayCount = 0;
  let reopenAtMs = 0;
  let skewMs = 0;
  let writesSeen = -1;
  let mayChange = true;
  let earliestMs = 0;
  let latestMs = 0;
  /** The clock of the living gateway, or of the last one. */
  let gatewayMs = () => clock.nowMs();
  let facts: Facts | null = null;

  const fail: Fail = (invariant, detail) => {
    trace.note(`VIOLATION ${invariant} ${detail}`);
    violation ??= { invariant, step, detail };
  };
  const watch: MotionWatch = motionWatch(twin, clock, fail, trace.note);
  const factsSeen: FactsWatch = factsWatch(simLayout, fail);
  const sides: SidesWatch = sidesWatch({
    twin,
    clock,
    watch,
    fail,
    isGatewayUp: () => gateway !== null && !gateway.side.isHeld,
  });

  const tap = {
    sent(busId: string, bytes: Uint8Array) {
      trace.frame(`${busId} > ${Buffer.from(bytes).toString("hex")}`);
      sides.sent(busId, bytes);
      watch.sent(busId, bytes);
    },
    heard: (busId: string, bytes: Uint8Array) => trace.frame(`${busId} < ${Buffer.from(bytes).toString("hex")}`),
    link(busId: string, isUp: boolean) {
      trace.note(`link ${busId} ${isUp ? "up" : "down"}`);
      watch.link(busId, isUp);
      sides.link(busId, isUp);
    },
  };
  const wires = openWires(twin, clock, root.fork("lines"), tap);
  const motion: MotionContext = openMotionContext({
    twin,
    clock,
    chance: root.fork("motion"),
    bug,
    beatless,
    skewMs: () => skewMs,
    openLine: (busId, side, no) => wires.open(busId, side, `motion/${no}`),
    cutLines: (side) => wires.cut(side),
    watch: sides,
    note: trace.note,
    onFailure,
  });

  function onFailure(error: unknown): void {
    trace.note(`behind: ${String(error)}`);
    if (!isExpected(error) && !/^Error: motion ended: /.test(String(error)))
      fail("E", `behind the scenes: ${(error as Error)?.stack ?? String(error)}`);
  }

  /** Moves to the next timer and lets everything that it set off settle. */
  async function tick(): Promise<void> {
    clock.step();
    await settle();
    const isMotionHeld = motion.side?.isHeld ?? false;
    watch.look(isMotionHeld);
    sides.look(isMotionHeld);
  }

  async function pass(ms: number): Promise<void> {
    const untilMs = clock.nowMs() + ms;
    await settle();
    for (let due = clock.nextDueMs(); due !== null && due <= untilMs && !violation; due = clock.nextDueMs())
      await tick();
    clock.advance(Math.max(0, untilMs - clock.nowMs()));
  }

  /** Records the earliest and latest time of the step, by the gateways' and the wall clocks. */
  function stretch(): void {
    const wallMs = clock.nowMs() + skewMs;
    earliestMs = Math.min(earliestMs, wallMs, gatewayMs());
    latestMs = Math.max(latestMs, wallMs, gatewayMs());
  }

  function onEnd(side: Side, why: string): void {
    stretch();
    trace.note(`${side.name} crashes ${why}`);
    gateway = null;
    reopenAtMs = clock.nowMs() + chance.below(reopenMsMax);
    wires.cut(side);
    watch.forgetStops();
    // Either the whole machine ended, or only this process: then its motion ends by itself.
    if (why === "alone" || (/ a commit$/.test(why) && endChance.next() < 0.5)) motion.gatewayDied(side);
    else motion.kill(why);
  }

  const answers = answersOf({ clock, trace, fail, tick, isBroken: () => violation !== null });

  async function openGateway(): Promise<void> {
    const no = ++gatewayCount;
    const side: Side = newSide({
      name: `gateway ${no}`,
      base: clock,
      skewMs: () => skewMs,
      onEnd: (why) => onEnd(side, why),
    });
    stretch();
    gatewayMs = () => side.clock.nowMs();
    const read = [...twin.readers.keys()].map((readerId) => `bus-${readerId}`);
    const links = Object.fromEntries(read.map((busId) => [busId, wires.open(busId, side, `${no}`)]));
    const opening = () =>
      openGatewayCore({
        no,
        side,
        layout: simLayout,
        db: brokenDatabase(
          database.db,
          side,
          databaseChance,
          () => databaseRates,
          (ms) => sleep(side.clock, ms),
        ),
        chance: root.fork(`gateway/${no}`),
        links,
        bug,
        motion: motion.motionFor(side),
        publish(rows) {
          for (const row of rows) {
            watch.told(row);
            trace.note(`told ${row.chain} ${row.revision} ${row.kind} ${row.hash.slice(0, 12)}`);
            factsSeen.published(row);
          }
        },
        onFailure,
      });
    const [outcome] = await answers(side, [{ name: `gateway ${no} opens`, work: opening }]);
    if (!outcome) return;
    if (outcome.kind === "done" && !side.isOver) {
      gateway = outcome.value;
      for (const drive of gateway.areas.all())
        watch.shown(
          drive.areaKey,
          drive.view().locks.map((lock) => lock.personId),
        );
    } else if (outcome.kind === "unexpected") fail("E", `the gateway does not open: ${outcome.detail}`);
    else side.end("while it opened");
  }

  /** Motion checks ten times a second; a command that it had written before that is out, and is stopped. */
  function clocksParted(): void {
    const atMs = clock.nowMs();
    (motion.side?.clock ?? clock).after(gapSeenMsMax, () => watch.clockSet(atMs));
  }

  const world = {
    seed,
    clock,
    trace,
    twin,
    chance,
    watch,
    wires,
    motion,
    sides,
    databaseRates,
    calmDatabase,
    fail,
    pass,
    get gateway() {
      return gateway;
    },
    get gatewayCount() {
      return gatewayCount;
    },
    get violation() {
      return violation;
    },
    get findingsTold() {
      return factsSeen.findingsTold;
    },
    get facts(): Facts {
      if (!facts) throw new Error("no facts yet");
      return facts;
    },
    get skewMs() {
      return skewMs;
    },
    jumpTime(ms: number) {
      stretch();
      skewMs += ms;
      stretch();
      if (Math.abs(ms) > clockGapMsMin) clocksParted();
    },
    clocksParted,
    crash: (why: string) => gateway?.side.end(why),

    beginStep(no: number) {
      step = no;
      mayChange = false;
      earliestMs = Number.POSITIVE_INFINITY;
      latestMs = Number.NEGATIVE_INFINITY;
      stretch();
    },

    /** Starts a gateway that is due; `isNow`: without waiting for its time. */
    async keepGateway(isNow = false): Promise<void> {
      if (gateway || violation || (!isNow && clock.nowMs() < reopenAtMs)) return;
      await openGateway();
    },

    /** Sends requests to the gateway at once and waits for every answer. */
    async ask(...requests: Request[]): Promise<Outcome<unknown>[]> {
      const asked = gateway;
      if (!asked) return requests.map(() => ({ kind: "nobody" }));
      const outcomes = await answers(
        asked.side,
        requests.map(({ name, run }) => ({ name, work: () => run(asked) })),
      );
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.kind === "unexpected") fail("E", `${requests[i]?.name}: ${outcome.detail}`);
        if (outcome.kind !== "refused") mayChange = true;
      }
      return outcomes;
    },

    async look(): Promise<void> {
      if (databaseWrites() === writesSeen || violation) return;
      const rows = await readNewRows(database.sql, seen);
      sides.rows(rows);
      facts = await readFacts(database.sql);
      stretch();
      const isFirst = writesSeen < 0;
      factsSeen.look(facts, rows, {
        mayChange: mayChange || isFirst,
        fromMs: isFirst ? 0 : Math.floor(earliestMs),
        toMs: latestMs,
      });
      writesSeen = databaseWrites();
    },
  };
  return world;
}
