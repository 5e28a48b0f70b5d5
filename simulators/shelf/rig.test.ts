import { describe, expect, it } from "vitest";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { aisleWidthMm, isStanding, newRail, stepIn, sweepMaxMm } from "../room/rail.ts";
import { activityOf } from "./blocked-by.ts";
import { newRig } from "./rig.ts";
import { defaultRules } from "./state.ts";
import { bench, dayMs, demoArea } from "./test-bench.ts";

describe("a shelf controller on its rail", () => {
  it("opens an aisle after the warning, is done when the carriages stand, and lights the aisle (S12, S19)", () => {
    const b = bench();
    expect(b.open(3)).toEqual({ wireId: 1, result: "accepted", reason: null });
    expect(activityOf(b.rig.state())).toBe("opening");
    expect(b.moves(2400)).toBe(false);
    expect(b.moves(300)).toBe(true);
    expect(b.rig.state().openAisle).toBeNull();
    b.clock.advance(20_000);
    expect(b.rig.state()).toMatchObject({ phase: "rest", openAisle: 3, aisleLight: 3 });
    expect(b.rig.state().lastCommand).toEqual({ wireId: 1, result: "done", reason: null });
    expect(aisleWidthMm(b.rail, 3)).toBeCloseTo(900);
    b.rig.command(b.command("close"));
    b.clock.advance(30_000);
    expect(b.rig.state()).toMatchObject({ openAisle: 0, aisleLight: null });
    expect(b.moves(dayMs / 24)).toBe(false);
  });

  it("stands within 0.1 m of a touch, over speed, load and the moment of the touch (S2)", () => {
    for (const speedMmPerS of [30, 50, 80]) {
      for (const brakeMmPerS2 of [60, 250, 1000]) {
        for (const delayMs of [0, 10, 49, 777, 5000]) {
          const b = bench({ physics: { speedMmPerS, brakeMmPerS2 } });
          b.open(2);
          b.clock.advance(60_000);
          // The counter is blind: only the edge protects.
          expect(stepIn(b.rail, 2)).toBe(true);
          b.open(4);
          b.clock.advance(2500 + delayMs);
          b.clock.advance(60_000);
          expect(b.rail.sweptMaxMm).toBeGreaterThan(0);
          expect(b.rail.sweptMaxMm).toBeLessThan(sweepMaxMm);
          expect(b.rail.crushed).toBe(0);
          expect(b.rig.state().tripped).toBe(true);
        }
      }
    }
  });

  it("restarts nothing by itself after stop, trip, over-current, beat loss, power cut (S3, S17)", () => {
    const hurts: [string, (b: ReturnType<typeof bench>) => void, (b: ReturnType<typeof bench>) => void][] = [
      ["stop", (b) => b.rig.stop(), () => {}],
      ["jam", (b) => (b.rail.jammed = true), (b) => (b.rail.jammed = false)],
      ["beat", (b) => b.setBeating(false), (b) => b.setBeating(true)],
      ["power", (b) => b.rig.cutPower(), (b) => b.rig.restorePower()],
      ["logout", (b) => b.rig.key("logout"), (b) => b.rig.key("login")],
      ["protect", (b) => b.rig.key("protect"), (b) => b.rig.key("unprotect")],
      ["emergency", (b) => b.rig.key("emergency-press"), (b) => b.rig.key("emergency-release")],
    ];
    for (const [name, hurt, heal] of hurts) {
      const b = bench();
      b.open(3);
      b.clock.advance(5000);
      hurt(b);
      b.clock.advance(2000);
      heal(b);
      expect(b.moves(60_000), name).toBe(false);
      expect(b.open(3)?.reason, name).toBe("interlock");
      b.rig.key("confirm");
      expect(b.open(3)?.reason, name).toBe("interlock");
      expect(b.moves(60_000), name).toBe(false);
      b.rig.key("reset");
      expect(b.moves(60_000), `${name}: reset itself moves nothing`).toBe(false);
      expect(b.open(3)?.result, name).toBe("accepted");
      b.clock.advance(30_000);
      expect(b.rig.state().openAisle, name).toBe(3);
    }
  });

  it("accepts stop in every state, and stop at rest still asks for a reset", () => {
    const b = bench();
    b.rig.stop();
    expect(b.open(1)?.reason).toBe("interlock");
    b.rig.key("reset");
    b.open(1);
    b.clock.advance(1000);
    b.rig.stop();
    expect(b.moves(30_000)).toBe(false);
    expect(b.rig.state().lastCommand).toMatchObject({ result: "refused", reason: "interlock" });
    b.rig.key("logout");
    b.rig.stop();
    expect(b.rig.state().stopped).toBe(true);
  });

  it("latches the emergency stop; releasing it moves nothing and reset does not work while it is down (S4)", () => {
    const b = bench();
    b.open(5);
    b.clock.advance(6000);
    b.rig.key("emergency-press");
    const atPress = b.snapshot();
    b.clock.advance(1000);
    expect(b.snapshot()).not.toBe(atPress);
    b.rig.key("reset");
    expect(b.rig.state().emergencyLatched).toBe(true);
    b.rig.key("emergency-release");
    expect(b.moves(dayMs / 24)).toBe(false);
    expect(b.rig.state().emergencyLatched).toBe(true);
    b.rig.key("reset");
    expect(b.rig.state().emergencyLatched).toBe(false);
  });

  it("keeps the emergency button in mind through a power cut", () => {
    const b = bench();
    b.rig.cutPower();
    b.rig.key("emergency-press");
    b.rig.restorePower();
    b.rig.key("reset");
    expect(b.open(1)?.reason).toBe("interlock");
  });

  it("stops by trip and by heartbeat with nobody on the line, within 0.6 s of the last beat (S5, S14)", () => {
    const b = bench();
    b.open(3);
    b.clock.advance(4000);
    b.setBeating(false);
    b.clock.advance(600);
    expect(b.rig.state().heartbeatLost).toBe(true);
    b.clock.advance(500);
    expect(isStanding(b.rail)).toBe(true);
  });

  it("does not even start when no beat came during the warning", () => {
    const b = bench();
    b.setBeating(false);
    b.open(3);
    expect(b.moves(30_000)).toBe(false);
    expect(b.rig.state().heartbeatLost).toBe(true);
  });

  it("is occupied from the first entry until counted empty and reset; confirm is not enough (S9, S10, S13)", () => {
    const b = bench();
    b.open(3);
    b.clock.advance(30_000);
    b.person(3);
    for (const verb of ["open", "close", "ventilate"] as const)
      expect(b.rig.command(b.command(verb, 1))?.reason).toBe("occupied");
    b.rig.key("reset");
    b.rig.key("confirm");
    expect(b.open(1)?.reason).toBe("occupied");
    b.personOut(3);
    expect(b.open(1)?.reason).toBe("occupied");
    b.rig.key("confirm");
    expect(b.open(1)?.reason).toBe("occupied");
    expect(b.rig.state().confirmedEntrySeq).not.toBe(b.rig.state().entrySeq);
    b.rig.key("reset");
    expect(b.rig.state().confirmedEntrySeq).toBe(b.rig.state().entrySeq);
    expect(b.open(1)?.result).toBe("accepted");
  });

  it("counts a mismatch and a power loss as occupied (S9)", () => {
    const b = bench();
    b.rig.exit();
    expect(b.rig.state()).toMatchObject({ people: null, sensorFault: true, occupied: true });
    expect(activityOf(b.rig.state())).toBe("fault");
    expect(b.open(1)?.reason).toBe("interlock");
    b.rig.key("reset");
    expect(b.open(1)?.result).toBe("accepted");
    b.clock.advance(30_000);
    b.rig.cutPower();
    b.rig.restorePower();
    expect(b.rig.state()).toMatchObject({ people: null, occupied: true, notHomed: true, openAisle: null });
    b.rig.key("reset");
    expect(b.rig.state()).toMatchObject({ people: 0, openAisle: 1, notHomed: false });
  });

  it("waits for the morning's round when it was not done (S13)", () => {
    const b = bench({ confirmed: false });
    expect(b.open(1)?.result).toBe("refused");
    b.rig.key("reset");
    expect(b.open(1)?.result).toBe("accepted");
  });

  it("ends the job when somebody steps in during the warning, and trips when during the move", () => {
    const b = bench();
    b.open(3);
    b.clock.advance(30_000);
    b.open(1);
    b.clock.advance(1000);
    b.person(3);
    expect(b.rig.state().lastCommand).toMatchObject({ result: "refused", reason: "occupied" });
    expect(b.moves(30_000)).toBe(false);
    b.personOut(3);
    b.rig.key("reset");
    b.open(1);
    b.clock.advance(3000);
    b.person(3);
    b.clock.advance(1000);
    expect(b.rig.state()).toMatchObject({ tripped: true, openAisle: null });
    expect(b.rail.sweptMaxMm).toBeLessThan(sweepMaxMm);
  });

  it("runs one motion at a time (S11)", () => {
    const b = bench();
    b.open(3);
    expect(b.open(4)?.reason).toBe("busy");
    b.clock.advance(30_000);
    expect(b.rig.state()).toMatchObject({ openAisle: 3, lastCommand: { wireId: 1, result: "done" } });
  });

  it("looks a last time after the warning: stuck edges are found before motion (S12, S23)", () => {
    const b = bench();
    b.open(3);
    b.rail.edgesStuck = true;
    expect(b.moves(30_000)).toBe(false);
    expect(b.rig.state().sensorFault).toBe(true);
  });

  it("refuses stale, duplicate, wrong epoch, wrong position, unknown aisle, narrow aisle (S15, S18)", () => {
    const b = bench();
    const first = b.command("open", 3, { epoch: 7 });
    expect(b.rig.command({ ...first, ttlMs: 0 })?.reason).toBe("stale");
    expect(b.rig.command({ ...b.command("open", 3, { epoch: 7 }), ttlMs: 2001 })?.reason).toBe("stale");
    expect(b.rig.command({ ...b.command("open", 3, { epoch: 7 }), isFresh: false })?.reason).toBe("stale");
    expect(b.rig.command(b.command("open", 3, { epoch: 6 }))?.reason).toBe("wrong-epoch");
    expect(b.rig.command(b.command("open", 3, { epoch: 7, expectedOpenAisle: 2 }))?.reason).toBe("wrong-position");
    expect(b.rig.command(b.command("open", 6, { epoch: 7 }))?.reason).toBe("unknown-aisle");
    expect(b.rig.command(b.command("open", 0, { epoch: 7 }))?.reason).toBe("unknown-aisle");
    const taken = b.command("open", 3, { epoch: 7 });
    expect(b.rig.command(taken)?.result).toBe("accepted");
    expect(b.rig.command(taken)?.result, "the same command again").toBe("accepted");
    b.clock.advance(30_000);
    expect(b.rig.command(taken)?.result).toBe("done");
    expect(b.moves(30_000)).toBe(false);
    expect(b.rig.command(b.command("close", 0, { epoch: 7, wireId: 2 }))?.reason).toBe("duplicate");
    expect(b.rig.state().lastCommand?.result).toBe("done");
    const rig = newRig({
      rail: newRail(demoArea),
      rules: { ...defaultRules, aisles: 5, aisleWidthMm: 700 },
      clock: virtualClock(),
      confirmedAtStart: true,
    });
    expect(rig.command(b.command("open", 1, { expectedOpenAisle: 0 }))?.reason).toBe("too-narrow");
  });

  it("moves nothing when a day-old command is replayed, also after a power cut (S15)", () => {
    const b = bench();
    const yesterday = b.command("open", 3);
    b.rig.command(yesterday);
    b.clock.advance(30_000);
    b.rig.command(b.command("close"));
    b.clock.advance(30_000);
    b.setBeating(false);
    b.clock.advance(dayMs);
    b.setBeating(true);
    expect(b.rig.state().openAisle).toBe(0);
    expect(b.rig.command(yesterday)?.reason).toBe("duplicate");
    expect(b.moves(60_000)).toBe(false);
    b.rig.cutPower();
    b.rig.restorePower();
    b.rig.key("reset");
    expect(b.rig.command(yesterday)?.reason).toBe("duplicate");
    expect(b.rig.command(b.command("open", 3, { wireId: 2 }))?.reason).toBe("duplicate");
    expect(b.moves(60_000)).toBe(false);
    expect(b.rig.command(b.command("open", 3, { wireId: 3 }))?.result).toBe("accepted");
  });

  it("gives every boot its own id", () => {
    const b = bench();
    const ids = [b.rig.state().retained.bootId];
    for (let i = 0; i < 3; i++) {
      b.rig.cutPower();
      b.rig.restorePower();
      ids.push(b.rig.state().retained.bootId);
    }
    expect(new Set(ids).size).toBe(4);
  });

  it("pauses without a latch, inhibits until released, and knows where it stands", () => {
    const b = bench();
    b.open(3);
    b.clock.advance(6000);
    expect(b.rig.command(b.command("pause"))?.result).toBe("done");
    b.clock.advance(1000);
    expect(b.moves(60_000)).toBe(false);
    expect(b.rig.state()).toMatchObject({ openAisle: 0, stopped: false });
    b.rig.command(b.command("inhibit"));
    expect(b.open(3)?.reason).toBe("interlock");
    b.rig.key("reset");
    expect(b.open(3)?.reason).toBe("interlock");
    b.rig.command(b.command("release"));
    expect(b.moves(60_000)).toBe(false);
    expect(b.open(3)?.result).toBe("accepted");
    // Paused before the first millimetre.
    b.clock.advance(2550);
    b.rig.command(b.command("pause"));
    b.clock.advance(1000);
    expect(b.rig.state().openAisle).toBe(0);
  });
});
