/** Programs lead one after another, whatever happens to them, their lines, their clocks and the database's: never two at once. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Journey, leaseRow, lineToRow, programClock } from "../../tests/support/lease-row.ts";
import { seededChance } from "../clock/chance.ts";
import { virtualClock } from "../clock/virtual-clock.ts";
import { type KeepLeadDeps, keepLead, renewalMsMax } from "./keep-lead.ts";
import { lookEveryMs } from "./lead-grant.ts";

const troubles = [
  "swallow",
  "let through",
  "hold",
  "let go",
  "kill",
  "silent",
  "speak",
  "moves",
  "rests",
  "close",
] as const;
type Trouble = (typeof troubles)[number];

interface Schedule {
  seed: number;
  /** Drift of the database's clock and of each program's, per mille. */
  driftsPerMille: readonly number[];
  /** Per cent of all statements. */
  latePercent: number;
  lostPercent: number;
  /** Each trouble hits the program that leads at that moment, or the one before it. */
  troubles: readonly { atMs: number; what: Trouble; isOfLast: boolean }[];
}

const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  driftsPerMille: fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 6, maxLength: 6 }),
  latePercent: fc.nat(40),
  lostPercent: fc.nat(30),
  troubles: fc.array(fc.record({ atMs: fc.nat(60_000), what: fc.constantFrom(...troubles), isOfLast: fc.boolean() }), {
    maxLength: 25,
  }),
});

/** A gateway that falls silent and returns, while everything on the lines is late: statements overtake each other. */
const silences: fc.Arbitrary<Schedule> = fc
  .record({
    seed: fc.nat(),
    driftsPerMille: fc.constant([0]),
    latePercent: fc.integer({ min: 10, max: 40 }),
    lostPercent: fc.constant(0),
    troubles: fc.array(fc.record({ silentAtMs: fc.nat(50_000), forMs: fc.integer({ min: 4_100, max: 7_000 }) }), {
      maxLength: 4,
    }),
  })
  .map(({ troubles: pauses, ...schedule }) => ({
    ...schedule,
    troubles: pauses.flatMap(({ silentAtMs, forMs }) => [
      { atMs: silentAtMs, what: "silent" as const, isOfLast: true },
      { atMs: silentAtMs + forMs, what: "speak" as const, isOfLast: true },
    ]),
  }));
const anySchedule = fc.oneof({ weight: 2, arbitrary: schedules }, { weight: 1, arbitrary: silences });

/** A fault planted in a keeper from outside. */
type Plant = (deps: KeepLeadDeps) => KeepLeadDeps;

async function play(schedule: Schedule, plant: Plant = (deps) => deps) {
  const time = virtualClock();
  const chance = seededChance(schedule.seed);
  const drifts = schedule.driftsPerMille.map((perMille) => 1 + perMille / 1_000);
  const row = leaseRow({ monoMs: () => time.monoMs() * (drifts[0] ?? 1) });
  const speaking = new Set<number>();
  const programs: ReturnType<typeof program>[] = [];

  function journey(): Journey {
    const way = () => {
      const dice = chance.below(100);
      if (dice < schedule.lostPercent) return null;
      return dice < schedule.lostPercent + schedule.latePercent ? chance.below(9_000) : chance.below(20);
    };
    return { thereMs: way(), backMs: way() };
  }

  function program(epoch: number) {
    const clock = programClock(time, drifts[1 + (programs.length % 5)] ?? 1);
    const line = lineToRow(row, epoch, time, journey);
    const keeper = keepLead(
      plant({
        clock,
        renew: () => clock.hear(line.renew()),
        release: () => clock.hear(line.release()),
        check: () => clock.hear(line.check()),
        giveUp: line.giveUp,
        onFailure() {},
      }),
    );
    speaking.add(epoch);
    (function speak() {
      if (speaking.has(epoch)) keeper.gatewaySpoke();
      clock.after(250, speak);
    })();
    const happen: Record<Trouble, () => void> = {
      swallow: () => line.swallow(true),
      "let through": () => line.swallow(false),
      hold: () => clock.hold(true),
      "let go": () => clock.hold(false),
      kill: () => clock.kill(),
      silent: () => void speaking.delete(epoch),
      speak: () => void speaking.add(epoch),
      moves: () => keeper.motionMoves(true),
      rests: () => keeper.motionMoves(false),
      close: () => void keeper.close(),
    };
    return { epoch, keeper, happen };
  }

  (function wait() {
    const epoch = row.take();
    if (epoch !== null) programs.push(program(epoch));
    time.after(lookEveryMs, wait);
  })();
  for (const { atMs, what, isOfLast } of schedule.troubles)
    time.after(atMs, () => (isOfLast ? programs.at(-1) : programs.at(-2))?.happen[what]());

  let both: string | null = null;
  let heldMs = 0;
  let atMs = time.monoMs();
  while (time.monoMs() < 1_090_000 && !both) {
    time.step();
    // Lets the answers and what they trigger run; no timer is among them.
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    const sure = programs.filter(({ keeper }) => ["held", "unsure"].includes(keeper.standing()));
    if (sure.length > 0) heldMs += time.monoMs() - atMs;
    atMs = time.monoMs();
    if (sure.length > 1) both = sure.map(({ epoch, keeper }) => `${epoch} ${keeper.standing()}`).join(", ");
  }
  return { both, grants: programs.length, heldMs };
}

describe("never two at once who are sure enough to move", () => {
  test("under any schedule of delays, deaths and silences, with clocks that drift by one per cent", {
    timeout: 300_000,
  }, async () => {
    let grants = 0;
    let heldMs = 0;
    await fc.assert(
      fc.asyncProperty(anySchedule, async (schedule) => {
        const played = await play(schedule);
        grants += played.grants;
        heldMs += played.heldMs;
        expect(played.both).toBeNull();
      }),
      { numRuns: 150 },
    );
    // The test proves something only if programs did lead and did take over.
    expect(grants).toBeGreaterThan(250);
    expect(heldMs).toBeGreaterThan(150 * 20_000);
  });

  const broken: Record<string, Plant> = {
    "a renewal counts as answered when it is sent": (deps) => ({
      ...deps,
      renew: async () => {
        deps.renew().catch(() => {});
        return "renewed";
      },
    }),
    "after a release that nobody answered it is asked for again over another connection": (deps) => ({
      ...deps,
      release: (stopped) =>
        new Promise((resolve) => {
          deps.release(stopped).then(resolve, () => {});
          deps.clock.after(renewalMsMax - 100, () => {
            deps.giveUp();
            resolve();
          });
        }),
    }),
    "a count that stands while the program is held": (deps) => {
      let counted = 0;
      const clock = deps.clock;
      (function count() {
        counted += 50;
        clock.after(50, count);
      })();
      return { ...deps, clock: { after: clock.after, monoMs: () => counted } };
    },
  };

  test.each(Object.keys(broken))("found: %s", { timeout: 300_000 }, async (name) => {
    const found = await fc.check(
      fc.asyncProperty(anySchedule, async (schedule) => (await play(schedule, broken[name])).both === null),
      { numRuns: 400, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});
