import { describe, expect, test } from "vitest";
import { leaseRow, lineToRow, programClock } from "../../tests/support/lease-row.ts";
import { runFor } from "../../tests/support/run-for.ts";
import { virtualClock } from "../clock/virtual-clock.ts";
import { keepLead } from "./keep-lead.ts";
import type { LeadStanding } from "./lead-grant.ts";

const quick = { thereMs: 5, backMs: 5 };

function kept({ losesReleases = false } = {}) {
  const time = virtualClock();
  const row = leaseRow(time);
  const program = programClock(time, 1);
  const told: LeadStanding[] = [];
  const failures: string[] = [];
  const epoch = row.take() ?? 0;
  const line = lineToRow(row, epoch, time, () => quick);
  let givenUp = 0;
  const keeper = keepLead({
    clock: program,
    renew: () => program.hear(line.renew()),
    release: () => (losesReleases ? new Promise(() => {}) : program.hear(line.release())),
    check: () => program.hear(line.check()),
    giveUp() {
      givenUp++;
      line.giveUp();
    },
    onFailure: (error) => failures.push(String(error)),
  });
  keeper.onStanding((standing) => told.push(standing));
  let isSpeaking = true;
  (function speak() {
    if (isSpeaking) keeper.gatewaySpoke();
    time.after(250, speak);
  })();
  return {
    ...{ time, row, program, keeper, line, told, failures, epoch },
    givenUp: () => givenUp,
    speak(speaks: boolean) {
      isSpeaking = speaks;
    },
    pass: (ms: number) => runFor(time, ms),
  };
}

describe("motion keeps its lead", () => {
  test("nothing is held before the first renewal was answered; then it is, for as long as the database answers", async () => {
    const k = kept();
    expect(k.keeper.standing()).toBe("ending");
    await k.pass(60_000);
    expect(k.told).toEqual(["held"]);
    expect(k.row.take()).toBeNull();
    expect(k.failures).toEqual([]);
  });

  test("a database that is away: unsure after two seconds, ending before the lease runs out, held when it is back and nobody took it", async () => {
    const k = kept();
    await k.pass(1_005);
    k.line.swallow(true);
    const awayAtMs = k.time.nowMs();
    const seen: [LeadStanding, number][] = [];
    k.keeper.onStanding((standing) => seen.push([standing, k.time.nowMs() - awayAtMs]));
    await k.pass(60_000);
    expect(seen.map(([standing]) => standing)).toEqual(["unsure", "ending"]);
    const [[, unsureMs], [, endingMs]] = seen as [[LeadStanding, number], [LeadStanding, number]];
    expect(unsureMs).toBeLessThanOrEqual(2_100);
    expect(endingMs).toBeLessThanOrEqual(4_600);
    expect(k.givenUp()).toBeGreaterThan(20);
    // Reported once, however often it fails.
    expect(k.failures).toHaveLength(1);
    k.line.swallow(false);
    await k.pass(2_000);
    expect(k.keeper.standing()).toBe("held");
  });

  test("before steel begins it is proven by a renewal that was sent after that was asked, at once and whatever is out", async () => {
    const k = kept();
    expect(await k.keeper.proven()).toBe(false);
    await k.pass(1_500);
    const answers: [string, boolean, number][] = [];
    const ask = (name: string) => {
      const askedAtMs = k.time.nowMs();
      void Promise.resolve(k.keeper.proven()).then((is) => answers.push([name, is, k.time.nowMs() - askedAtMs]));
    };
    ask("first");
    ask("beside it");
    await k.pass(3);
    // The renewal under way was sent before this question, so it proves nothing.
    ask("while one is out");
    await k.pass(40);
    expect(answers).toEqual([
      ["first", true, 10],
      // Asked in the same moment, but after that renewal was sent: the next one counts.
      ["beside it", true, 20],
      ["while one is out", true, 17],
    ]);
    answers.length = 0;
    k.line.swallow(true);
    ask("away");
    await k.pass(3_000);
    expect(answers.map(([name, is]) => [name, is])).toEqual([["away", false]]);
    expect(answers[0]?.[2]).toBeGreaterThan(1_000);
  });

  test("frozen with its clocks while another took it: what was held is not proven, and lost", async () => {
    const k = kept();
    await k.pass(1_005);
    k.row.release(k.epoch);
    expect(k.row.take()).not.toBeNull();
    expect(k.keeper.standing()).toBe("held");
    const proven = k.keeper.proven();
    await k.pass(20);
    expect(await proven).toBe(false);
    expect(k.keeper.standing()).toBe("lost");
  });

  test("a blip of a second is none", async () => {
    const k = kept();
    await k.pass(10_000);
    k.line.swallow(true);
    await k.pass(400);
    k.line.swallow(false);
    await k.pass(10_000);
    expect(k.told).toEqual(["held"]);
  });

  test("somebody else took it: lost, for good, and asked for no more", async () => {
    const k = kept();
    await k.pass(1_000);
    k.line.swallow(true);
    await k.pass(8_000);
    expect(k.row.take()).toBe(k.epoch + 1);
    k.line.swallow(false);
    await k.pass(2_000);
    expect(k.keeper.standing()).toBe("lost");
    k.row.release(k.epoch + 1);
    await k.pass(60_000);
    expect(k.told).toEqual(["held", "unsure", "ending", "lost"]);
  });

  test("whoever was held himself knows it before he does anything", async () => {
    const k = kept();
    await k.pass(5_000);
    k.program.hold(true);
    await k.pass(30_000);
    expect(k.keeper.standing()).toBe("ending");
    k.program.hold(false);
    expect(k.keeper.standing()).toBe("ending");
    await k.pass(500);
    expect(k.keeper.standing()).toBe("held");
  });

  test("the wall clock is of no account", async () => {
    const k = kept();
    for (const ms of [3_600_000, -7_200_000, 86_400_000]) {
      await k.pass(3_000);
      k.time.setWallBy(ms);
      // Setting the wall clock changes no wait.
      expect(k.keeper.standing()).toBe("held");
    }
    expect(k.told).toEqual(["held"]);
  });

  test("a silent gateway loses it after four seconds, to whoever waits; who speaks again in time has it again", async () => {
    const k = kept();
    await k.pass(5_000);
    k.speak(false);
    await k.pass(3_500);
    expect(k.keeper.standing()).toBe("held");
    await k.pass(1_500);
    expect(k.keeper.standing()).toBe("ending");
    k.speak(true);
    await k.pass(500);
    expect(k.keeper.standing()).toBe("held");
    k.speak(false);
    await k.pass(5_000);
    expect(k.row.take()).toBe(k.epoch + 1);
    k.speak(true);
    await k.pass(1_000);
    expect(k.keeper.standing()).toBe("lost");
  });

  test("while something moves a silent gateway loses nothing, and loses it when that has ended", async () => {
    const k = kept();
    await k.pass(5_000);
    k.keeper.motionMoves(true);
    k.speak(false);
    await k.pass(30_000);
    expect(k.keeper.standing()).toBe("held");
    expect(k.row.take()).toBeNull();
    k.keeper.motionMoves(false);
    await k.pass(500);
    expect(k.keeper.standing()).toBe("ending");
    expect(k.row.take()).toBe(k.epoch + 1);
  });

  test("given up for a silent gateway, it hears within two seconds that another leads, and ends", async () => {
    const k = kept();
    await k.pass(5_000);
    k.speak(false);
    await k.pass(5_000);
    expect(k.told).toEqual(["held", "ending"]);
    // No standby waits: the lines stay open, for STOP.
    await k.pass(60_000);
    expect(k.told).toEqual(["held", "ending"]);
    expect(k.row.take()).toBe(k.epoch + 1);
    await k.pass(2_000);
    expect(k.told).toEqual(["held", "ending", "lost"]);
  });

  test("given up, and nobody says whose it is: the grant is over", async () => {
    const k = kept();
    await k.pass(5_000);
    k.speak(false);
    await k.pass(5_000);
    k.line.swallow(true);
    await k.pass(3_000);
    expect(k.told).toEqual(["held", "ending", "lost"]);
  });

  test("a name that another takes twice after the lead ran out is the next leader's; before, or once, it is not", async () => {
    const k = kept();
    await k.pass(5_000);
    for (let i = 0; i < 5; i++) k.keeper.lineTaken("r1");
    expect(k.keeper.standing()).toBe("held");
    k.line.swallow(true);
    await k.pass(10_000);
    k.keeper.lineTaken("r1");
    k.keeper.lineTaken("r2");
    // A broker that restarts a minute later.
    await k.pass(60_000);
    k.keeper.lineTaken("r1");
    expect(k.keeper.standing()).toBe("ending");
    await k.pass(5_000);
    k.keeper.lineTaken("r1");
    expect(k.told).toEqual(["held", "unsure", "ending", "lost"]);
  });

  test("a release that nobody answers may take effect at any time: the grant is over", async () => {
    const k = kept({ losesReleases: true });
    await k.pass(5_000);
    k.speak(false);
    await k.pass(6_500);
    expect(k.told).toEqual(["held", "ending", "lost"]);
    k.speak(true);
    await k.pass(10_000);
    expect(k.keeper.standing()).toBe("lost");
  });

  test("held itself for ten seconds it does not take its gateway for silent", async () => {
    const k = kept();
    await k.pass(5_000);
    k.program.hold(true);
    k.speak(false);
    await k.pass(10_000);
    k.program.hold(false);
    await k.pass(300);
    expect(k.row.take()).toBeNull();
    expect(k.keeper.standing()).toBe("held");
  });

  test("whoever ends gives it back at once, and waits for no database", async () => {
    const k = kept();
    await k.pass(5_000);
    const closing = k.keeper.close();
    await k.pass(50);
    await closing;
    expect(k.keeper.standing()).toBe("ending");
    expect(k.row.take()).toBe(k.epoch + 1);

    const away = kept();
    await away.pass(5_000);
    away.line.swallow(true);
    const slow = away.keeper.close();
    await away.pass(1_600);
    await slow;
  });
});
