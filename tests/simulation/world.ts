/** One seed's world: the twin, the lines, the database, the gateway that lives or dies, and everybody who watches. */
import { createTwin, type Twin } from "../../simulators/twin.ts";
import { type Chance, seededChance } from "../../src/clock/chance.ts";
import { sleep } from "../../src/clock/clock.ts";
import { clockGapMsMin } from "../../src/clock/clock-gap.ts";
import { type VirtualClock, virtualClock } from "../../src/clock/virtual-clock.ts";
import type { Fact } from "../../src/motion/messages.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { type BadLine, badLine, type LineRates } from "./bad-line.ts";
import { brokenDatabase, type DatabaseFaultRates } from "./broken-database.ts";
import type { BugName } from "./bugs.ts";
import { type Facts, readFacts, readNewRows } from "./facts.ts";
import { type FactsWatch, factsWatch } from "./facts-watch.ts";
import { type Gateway, openGatewayCore } from "./gateway.ts";
import { clockOf, newLife } from "./life.ts";
import { type Fail, type MotionWatch, motionWatch } from "./motion-watch.ts";
import { isExpected, type Outcome, outcomeOf, type Request } from "./outcome.ts";
import { databaseWrites, settle } from "./settle.ts";
import { simLayout, simStanding, startMs } from "./site.ts";
import { newTrace, type Trace } from "./trace.ts";

export interface Violation {
  invariant: string;
  step: number;
  detail: string;
}

/** A request that is not answered within this is one that never will be. */
const answerMsMax = 180_000;
const reopenMsMax = 5_000;

const calmLine: LineRates = { lost: 0, doubled: 0, late: 0 };
const calmDatabase: DatabaseFaultRates = {
  crashBeforeCommit: 0,
  crashAfterCommit: 0,
  commitFails: 0,
  answerLost: 0,
  statementFails: 0,
  lateMs: 0,
};

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
  const databaseChance = root.fork("database");
  const lineChance = root.fork("lines");
  const lineRates = new Map([...twin.buses.keys()].map((busId) => [busId, { ...calmLine }]));
  const databaseRates = { ...calmDatabase };
  const lines = new Map<string, BadLine>();
  const seen = new Map<string, number>();
  const motionLogs = new Map<string, Fact[]>();
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
  /** As the gateway that lives, or lived last, sees it. */
  let gatewayMs = () => clock.nowMs();
  let facts: Facts | null = null;

  const fail: Fail = (invariant, detail) => {
    trace.note(`VIOLATION ${invariant} ${detail}`);
    violation ??= { invariant, step, detail };
  };
  const watch: MotionWatch = motionWatch(twin, clock, fail, trace.note);
  const factsSeen: FactsWatch = factsWatch(simLayout, fail);

  for (const [busId, bus] of twin.buses)
    bus.plug = { unplug: () => lines.get(busId)?.unplug(), replug: () => lines.get(busId)?.replug() };

  const tap = {
    sent(busId: string, bytes: Uint8Array) {
      trace.frame(`${busId} > ${Buffer.from(bytes).toString("hex")}`);
      watch.sent(busId, bytes);
    },
    heard: (busId: string, bytes: Uint8Array) => trace.frame(`${busId} < ${Buffer.from(bytes).toString("hex")}`),
    link(busId: string, isUp: boolean) {
      trace.note(`link ${busId} ${isUp ? "up" : "down"}`);
      watch.link(busId, isUp);
    },
  };

  /** Moves to the next timer and lets everything it set off come to rest. */
  async function tick(): Promise<void> {
    clock.step();
    await settle();
    watch.look();
  }

  async function pass(ms: number): Promise<void> {
    const untilMs = clock.nowMs() + ms;
    await settle();
    for (let due = clock.nextDueMs(); due !== null && due <= untilMs && !violation; due = clock.nextDueMs())
      await tick();
    clock.advance(Math.max(0, untilMs - clock.nowMs()));
  }

  /** Between which times, by gateways and walls, the step lay. */
  function stretch(): void {
    const wallMs = clock.nowMs() + skewMs;
    earliestMs = Math.min(earliestMs, wallMs, gatewayMs());
    latestMs = Math.max(latestMs, wallMs, gatewayMs());
  }

  function onEnd(why: string): void {
    stretch();
    trace.note(`gateway ${gatewayCount} crashes ${why}`);
    gateway = null;
    reopenAtMs = clock.nowMs() + chance.below(reopenMsMax);
    for (const line of lines.values()) line.cut();
    lines.clear();
    watch.gatewayGone();
  }

  /** Starts all at once and lets time pass, if they need any, until each is answered or its gateway is gone. */
  async function answers<T>(
    life: { isOver: boolean },
    works: { name: string; work: () => Promise<T> }[],
  ): Promise<Outcome<T>[]> {
    const untilMs = clock.nowMs() + answerMsMax;
    const outcomes: (Outcome<T> | null)[] = works.map(() => null);
    works.forEach(({ name, work }, i) => {
      const settled = (outcome: Outcome<T>) => {
        const why = outcome.kind === "refused" ? outcome.code : outcome.kind === "failed" ? outcome.detail : "";
        trace.note(`${outcome.kind} ${name} ${why}`);
        outcomes[i] = outcome;
      };
      trace.note(`ask ${name}`);
      work().then(
        (value) => settled({ kind: "done", value }),
        (error: unknown) => settled(outcomeOf<T>(error)),
      );
    });
    for (;;) {
      await settle();
      const open = outcomes.indexOf(null);
      if (open < 0 || life.isOver || violation) break;
      if (clock.nowMs() > untilMs) fail("L", `${works[open]?.name} is never answered`);
      else await tick();
    }
    return outcomes.map((outcome) => outcome ?? { kind: "lost" });
  }

  async function openGateway(): Promise<void> {
    const no = ++gatewayCount;
    const life = newLife(onEnd);
    stretch();
    const gatewayClock = clockOf(life, clock, () => skewMs);
    gatewayMs = () => gatewayClock.nowMs();
    for (const busId of twin.buses.keys()) {
      const rates = lineRates.get(busId) ?? calmLine;
      const isPlugged = twin.buses.get(busId)?.isPlugged ?? true;
      const chance = lineChance.fork(`${busId}/${no}`);
      lines.set(busId, badLine({ twin, busId, clock, chance, life, rates, tap, isPlugged }));
    }
    const opening = () =>
      openGatewayCore({
        no,
        life,
        layout: simLayout,
        db: brokenDatabase(
          database.db,
          life,
          databaseChance,
          () => databaseRates,
          (ms) => sleep(clock, ms),
        ),
        clock: gatewayClock,
        chance: root.fork(`gateway/${no}`),
        links: Object.fromEntries([...lines].map(([busId, line]) => [busId, line.link])),
        bug,
        motionLogs,
        publish(rows) {
          for (const row of rows) {
            watch.told(row);
            trace.note(`told ${row.chain} ${row.revision} ${row.kind} ${row.hash.slice(0, 12)}`);
            factsSeen.published(row);
          }
        },
        onFailure(error) {
          trace.note(`behind: ${String(error)}`);
          if (!isExpected(error)) fail("E", `behind the scenes: ${(error as Error)?.stack ?? String(error)}`);
        },
      });
    const [outcome] = await answers(life, [{ name: `gateway ${no} opens`, work: opening }]);
    if (!outcome) return;
    if (outcome.kind === "done" && !life.isOver) {
      gateway = outcome.value;
      for (const drive of gateway.areas.all())
        watch.shown(
          drive.areaKey,
          drive.view().locks.map((lock) => lock.personId),
        );
    } else if (outcome.kind === "unexpected") fail("E", `the gateway does not open: ${outcome.detail}`);
    else life.end("while it opened");
  }

  const world = {
    seed,
    clock,
    trace,
    twin,
    chance,
    watch,
    lines,
    lineRates,
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
      if (Math.abs(ms) > clockGapMsMin) watch.clockSet();
    },
    crash: (why: string) => gateway?.life.end(why),

    beginStep(no: number) {
      step = no;
      mayChange = false;
      earliestMs = Number.POSITIVE_INFINITY;
      latestMs = Number.NEGATIVE_INFINITY;
      stretch();
    },

    /** A gateway that is due comes up; `isNow`: without waiting for its time. */
    async keepGateway(isNow = false): Promise<void> {
      if (gateway || violation || (!isNow && clock.nowMs() < reopenAtMs)) return;
      await openGateway();
    },

    /** Sends requests to the gateway at once and waits for every answer. */
    async ask(...requests: Request[]): Promise<Outcome<unknown>[]> {
      const asked = gateway;
      if (!asked) return requests.map(() => ({ kind: "nobody" }));
      const outcomes = await answers(
        asked.life,
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
