import { describe, expect, test } from "vitest";
import type { AreaEffect } from "./area-state.ts";
import { flaws, keyedSpec, resetInputId } from "./exploring/alphabet.ts";
import { area, end, hasStop, sends } from "./exploring/bench.ts";

const plc = ["S3", "S4", "S9", "S10", "S13", "S14", "S15"];
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
    // It stands, idle, as if nothing had been: the STOP never reached it.
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
