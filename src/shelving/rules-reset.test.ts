import { describe, expect, test } from "vitest";
import type { AreaEffect } from "./area-state.ts";
import { flaws, keyedSpec, resetInputId } from "./exploring/alphabet.ts";
import { area, end, hasStop, sends } from "./exploring/bench.ts";

const plc = ["S3", "S4", "S9", "S10", "S13", "S14", "S15"] as const;
const noted = (effects: AreaEffect[], decision: string) =>
  effects.find((effect) => effect.kind === "decision" && effect.decision === decision);

describe("standing still is not obedience", () => {
  test("a STOP that was lost while the controller was away is no STOP: it goes out at the reconnect, and until it is shown", () => {
    const a = area();
    a.opening();
    a.link(false);
    a.stop();
    const back = a.link(true);
    expect(hasStop(back)).toBe(true);
    // It stands idle as if nothing had happened: the STOP never reached it.
    expect(end(a.status({ openAisle: 0 }, 50))).toBeUndefined();
    expect(hasStop(a.tick(500))).toBe(true);
    a.status({ openAisle: 0 }, 400);
    expect(noted(a.status({ openAisle: 0 }, 700), "reset-seen")).toBeUndefined();
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
    expect(end(a.stopped({ openAisle: 0 }))).toBe("done");
    expect(noted(a.status({ openAisle: 0 }), "reset-seen")).toMatchObject({ actor: "panel" });
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test("a controller that never shows it: one alarm, the area stays shut and says so, the STOP goes on", () => {
    const a = area();
    a.status();
    a.stop();
    let alarms = 0;
    let stops = 0;
    for (let i = 0; i < 120; i++) {
      a.status({}, 400);
      const effects = a.tick(200);
      if (hasStop(effects)) stops++;
      if (effects.some((effect) => effect.kind === "decision" && effect.alarm)) alarms++;
    }
    expect([alarms, stops > 100]).toEqual([1, true]);
    expect(end(a.ask("open", 2))).toBe("refused stop-not-confirmed");
  });
  test("while the link is down it is tried less often, for the port tries by itself", () => {
    const a = area();
    a.status();
    a.link(false);
    a.stop();
    let stops = 0;
    for (let i = 0; i < 60; i++) if (hasStop(a.tick(100))) stops++;
    expect(stops).toBeGreaterThan(0);
    expect(stops).toBeLessThan(4);
  });
  test("a stopped status of before the STOP confirms nothing", () => {
    const a = area();
    a.stopped();
    a.stop();
    expect(a.state.stop).not.toBeNull();
    a.stopped();
    expect(a.state.stop).toBeNull();
  });
});

describe("what shows a STOP followed, or reset, was made after it", () => {
  test("a network that is five seconds late: what happened at the panel before the STOP neither confirms nor resets it", () => {
    const a = area();
    a.status({ seq: 1 }, 400, 5_000);
    a.stop();
    // It never reached the controller; somebody stopped and reset at the panel before STOP was pressed.
    expect(end(a.status({ seq: 2, activity: "stopped" }, 400, 5_000))).toBeUndefined();
    expect(noted(a.status({ seq: 3 }, 400, 5_000), "reset-seen")).toBeUndefined();
    expect(hasStop(a.tick(500))).toBe(true);
    a.status({ seq: 4 }, 100, 0);
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
    expect(end(a.stopped({ seq: 5 }))).toBe("done");
    expect(noted(a.status({ seq: 6 }), "reset-seen")).toBeDefined();
  });
  test("a picture that nothing proves does neither, however fresh it looks", () => {
    const a = area();
    a.status({ seq: 1 });
    a.stop();
    expect(end(a.status({ seq: 1, bootId: 8, activity: "stopped" }, 400, null))).toBeUndefined();
    expect(noted(a.status({ seq: 2, bootId: 8 }, 400, null), "reset-seen")).toBeUndefined();
    a.stopped({ seq: 3, bootId: 8 });
    expect(a.state.stop).toBeNull();
  });
  test("followed in a picture of after it, then idle in one that may be of before: no reset", () => {
    const a = area();
    a.status();
    a.stop();
    a.stopped();
    expect(noted(a.status({}, 400, 5_000), "reset-seen")).toBeUndefined();
    expect(noted(a.status({}, 400, null), "reset-seen")).toBeUndefined();
    expect(noted(a.status({}, 400), "reset-seen")).toBeDefined();
  });
  test("pressed again while the first is out: the newest is the one that has to be shown, and reset", () => {
    const a = area();
    a.status({ seq: 1 });
    a.stop();
    a.tick(3_000);
    a.stop();
    // At the panel, between the two.
    expect(end(a.status({ seq: 2, activity: "stopped" }, 1_000, 2_000))).toBeUndefined();
    expect(noted(a.status({ seq: 3 }, 400, 2_000), "reset-seen")).toBeUndefined();
    expect(a.state.needsReset).not.toBeNull();
    a.stopped({ seq: 4 });
    expect(a.state.stop).toBeNull();
  });
  test("a PLC's answer wants a picture of after it, too", () => {
    const a = area(plc, { needsReset: { sinceMs: 0 } }, { spec: keyedSpec });
    const idle = { lastCommand: null, bootId: null } as const;
    a.status(idle);
    a.stopAnswered();
    a.status(idle, 400, 500);
    expect(a.state.stop).not.toBeNull();
    a.status(idle);
    expect(a.state.stop).toBeNull();
  });
});

describe("between two pictures that cannot be so nothing is believed", () => {
  test("no STOP is followed", () => {
    const a = area();
    a.status();
    a.stop();
    a.status({ columns: [] }, 200);
    expect(end(a.stopped())).toBeUndefined();
    expect(end(a.status({ activity: "stopped" }, 1_000))).toBe("done");
  });
  test("nothing is reset, by the controller or by a key", () => {
    const a = area([], {}, { spec: keyedSpec });
    a.status();
    a.stop();
    a.stopped();
    a.status({ columns: [] }, 200);
    expect(noted(a.status({}, 200), "reset-seen")).toBeUndefined();
    expect(noted(a.resetInput(resetInputId), "reset-ignored")).toMatchObject({ code: "status-column-missing" });
    a.status({ columns: [] }, 200);
    expect(a.state.needsReset).not.toBeNull();
    expect(noted(a.status({}, 1_000), "reset-seen")).toBeDefined();
  });
  test("no release is shown, and nothing is so already", () => {
    const a = area();
    a.status();
    a.ask("inhibit");
    a.says("done", flaws.inhibited);
    a.ask("release");
    a.status({ columns: [] }, 200);
    a.says("done", {}, 200);
    expect(a.state.inhibited).toBe(true);
    a.says("done", {}, 1_000);
    expect(a.state.inhibited).toBe(false);
    a.status({ columns: [] }, 200);
    a.status({}, 200);
    expect(end(a.ask("open", 1))).toMatch(/^refused status-/);
  });
});

describe("idle is not a reset", () => {
  test.each([
    ["a second goes by", {}],
    ["somebody logs in at the panel", flaws.panelLoggedOut],
    ["somebody confirms at the panel", flaws.leftUnconfirmed],
  ])("%s", (_, first) => {
    const a = area();
    a.opening();
    a.stop();
    a.status(first, 1_500);
    const seen = [...a.status({ occupancy: { people: 0, entrySeq: 5, confirmedEntrySeq: 5 } }), ...a.tick(600)];
    expect(noted(seen, "reset-seen")).toBeUndefined();
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
  });
  test("a reboot is none: the controller is stopped again, and its own reset counts", () => {
    const a = area();
    a.opening();
    a.stop();
    a.stopped({ openAisle: 0 });
    const fresh = { bootId: 8, occupancy: { people: 0, entrySeq: 0, confirmedEntrySeq: 0 } };
    const booted = a.status(fresh);
    expect(noted(booted, "reset-seen")).toBeUndefined();
    expect(hasStop(booted)).toBe(true);
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
    a.stopped(fresh);
    a.status(fresh);
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test("a gateway that starts anew where something was open stops it first: then its reset can be seen", () => {
    const a = area([], { needsReset: { sinceMs: 0 } });
    expect(hasStop(a.status())).toBe(true);
    a.status({}, 2_000);
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
    a.stopped();
    a.status();
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test("polls that missed what came between: the same boot, stopped and later idle, is a reset", () => {
    const a = area();
    a.opening();
    a.stop();
    a.stopped();
    a.status({ activity: "fault" });
    expect(noted(a.status(), "reset-seen")).toBeDefined();
  });
});

describe("a PLC that can show neither", () => {
  const at = (keyed: boolean) => area(plc, { needsReset: { sinceMs: 0 } }, keyed ? { spec: keyedSpec } : {});
  const idle = { lastCommand: null, bootId: null } as const;

  test("keeps its area stopped without a wired reset, and says what is missing", () => {
    const a = at(false);
    a.status(idle);
    a.stopAnswered();
    a.status(idle);
    a.status({ ...idle, ...flaws.panelLoggedOut });
    a.status(idle, 2_000);
    expect(end(a.ask("open", 2))).toBe("refused area-reset-impossible");
    a.resetInput(resetInputId);
    expect(end(a.ask("open", 2))).toBe("refused area-reset-impossible");
  });
  test("is reset by its key once it has answered the STOP and stands", () => {
    const a = at(true);
    expect(hasStop(a.status(idle))).toBe(true);
    expect(noted(a.resetInput(resetInputId), "reset-ignored")).toMatchObject({ code: "stop-not-confirmed" });
    a.stopAnswered();
    a.status(idle);
    expect(noted(a.resetInput("di-9"), "reset-ignored")).toMatchObject({ code: "not-found" });
    expect(noted(a.resetInput(resetInputId), "reset-seen")).toMatchObject({ actor: `input:${resetInputId}` });
    expect(a.state.needsReset).toBeNull();
  });
  test("an answer while it rolls on is none", () => {
    const a = at(true);
    a.status(idle);
    a.stopAnswered();
    a.status({ ...idle, activity: "opening" });
    a.status(idle);
    expect(a.state.stop).not.toBeNull();
  });
  test("by a picture that is old, or that nothing proves, the key resets nothing: who walked in since is not in it", () => {
    for (const ageMs of [5_000, null]) {
      const a = at(true);
      a.status(idle);
      a.stopAnswered();
      a.status(idle);
      a.status(idle, 400, ageMs);
      const code = ageMs === null ? "area-picture-unproven" : "area-picture-old";
      expect(noted(a.resetInput(resetInputId), "reset-ignored")).toMatchObject({ code });
      a.status(idle);
      expect(noted(a.resetInput(resetInputId), "reset-seen")).toBeDefined();
    }
  });
  test("with somebody inside the key resets nothing", () => {
    const a = at(true);
    a.status(idle);
    a.stopAnswered();
    a.status({ ...idle, ...flaws.somebodyInside });
    expect(noted(a.resetInput(resetInputId), "reset-ignored")).toMatchObject({ code: "aisle-occupied" });
  });
});

test("a key wired to an input resets a controller that latches too, but not before it lets go itself", () => {
  const a = area([], {}, { spec: keyedSpec });
  a.opening();
  a.stop();
  a.stopped();
  expect(noted(a.resetInput(resetInputId), "reset-ignored")).toMatchObject({ code: "area-needs-reset" });
  expect(a.resetInput("di-9").length).toBe(1);
});
