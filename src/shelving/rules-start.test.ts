import { describe, expect, test } from "vitest";
import { type ErrorCode, errorTable } from "../contract/errors.ts";
import type { ShelfStatus } from "../contract/shelf.ts";
import { areaRules } from "./area-rules.ts";
import type { AreaEffect } from "./area-state.ts";
import { flaws, smallSpec } from "./exploring/alphabet.ts";
import { area, end, hasStop, sends } from "./exploring/bench.ts";
import { whatMayIDo } from "./what-may-i-do.ts";

const plc = ["S3", "S4", "S9", "S10", "S13", "S14", "S15"] as const;

describe("S6, S11 one motion", () => {
  test("a second request is refused and told what is moving", () => {
    const a = area();
    a.opening();
    const effects = a.ask("close");
    expect(end(effects)).toBe("refused area-busy");
    expect(effects).toContainEqual(expect.objectContaining({ kind: "settle", params: { what: "1 → 2" } }));
  });
  test("the same request again is the same command", () => {
    const a = area();
    a.opening();
    expect(a.askAgain("c1", "open", 2)).toEqual([]);
  });
  test("motion begun at the panel counts", () => {
    const a = area();
    a.status({ activity: "closing" });
    expect(end(a.ask("open", 2))).toBe("refused area-busy");
  });
});

describe("S9, S10, S13 nobody inside, and somebody said so at the shelf", () => {
  const cases: [string, Partial<ShelfStatus>, string][] = [
    ["somebody inside", flaws.somebodyInside ?? {}, "refused aisle-occupied"],
    ["count unknown", flaws.countUnknown ?? {}, "refused aisle-occupancy-unknown"],
    ["left, not confirmed", flaws.leftUnconfirmed ?? {}, "refused aisle-not-confirmed"],
    ["confirmed while somebody is inside", flaws.confirmedOverSomebody ?? {}, "refused aisle-occupied"],
    ["no confirmation since boot, nobody ever entered", flaws.neverConfirmed ?? {}, "refused aisle-not-confirmed"],
    ["sensor fault", flaws.sensorFault ?? {}, "refused area-sensor-fault"],
  ];
  test.each(cases)("%s", (_, change, outcome) => {
    for (const verb of ["open", "close", "ventilate"] as const) {
      const a = area();
      a.status(change);
      const effects = a.ask(verb, verb === "open" ? 2 : 0);
      expect(end(effects)).toBe(outcome);
      expect(sends(effects)).toEqual([]);
    }
  });
  test("somebody enters while it moves", () => {
    const a = area();
    a.opening();
    const effects = a.says("accepted", { activity: "opening", openAisle: 0, ...flaws.somebodyInside });
    expect(end(effects)).toBe("stopped motion-entered");
    expect(hasStop(effects)).toBe(true);
  });
  test("opening the aisle that stands open is done at once, also while somebody is in it", () => {
    const a = area();
    a.status(flaws.somebodyInside);
    const effects = a.ask("open", 1);
    expect(end(effects)).toBe("done");
    expect(sends(effects)).toEqual([]);
    expect(whatMayIDo(a.rules, a.state, a.atMs)).toMatchObject({
      "open:1": true,
      "open:2": { code: "aisle-occupied" },
    });
  });
  test("a PLC that cannot count is refused; with a counting input the panel login confirms, an entry or silence undoes it", () => {
    const a = area(plc);
    const people = (n: number | null, more: Partial<ShelfStatus> = {}) =>
      a.status(
        { lastCommand: null, bootId: null, occupancy: { people: n, entrySeq: null, confirmedEntrySeq: null }, ...more },
        200,
      );
    people(null);
    expect(end(a.ask("open", 2))).toBe("refused aisle-occupancy-unknown");
    people(0);
    expect(end(a.ask("open", 2))).toBe("refused aisle-not-confirmed");
    people(0, { interlocks: flaws.panelLoggedOut?.interlocks as ShelfStatus["interlocks"] });
    people(0);
    expect(whatMayIDo(a.rules, a.state, a.atMs)["open:2"]).toBe(true);
    people(1);
    people(0);
    expect(end(a.ask("open", 2))).toBe("refused aisle-not-confirmed");
    people(0, { interlocks: flaws.panelLoggedOut?.interlocks as ShelfStatus["interlocks"] });
    people(0);
    a.tick(1500);
    people(0);
    expect(end(a.ask("open", 2))).toBe("refused aisle-not-confirmed");
  });
});

describe("S12 a controller that does not warn: the gateway warns, then looks once more", () => {
  test("warns 2.5 s, then sends", () => {
    const a = area(["S12"]);
    a.status();
    const asked = a.ask("open", 2);
    expect(a.state.motion).toMatchObject({ phase: "warning", aisle: 2, deadlineMs: a.atMs + 2500 });
    expect(sends(asked)).toEqual([]);
    a.status({}, 1300);
    a.status({}, 1200);
    expect(sends(a.tick(1))).toHaveLength(1);
  });
  test("whoever steps in during the warning is not moved on", () => {
    const a = area(["S12"]);
    a.status();
    a.ask("open", 2);
    a.status(flaws.somebodyInside, 2000);
    const effects = a.tick(600);
    expect(end(effects)).toBe("refused aisle-occupied");
    expect(sends(effects)).toEqual([]);
  });
});

describe("done", () => {
  test("is said by a fresh status, never by the write", () => {
    const a = area();
    a.status();
    a.ask("open", 2);
    expect(end(a.written())).toBeUndefined();
    expect(end(a.says("accepted", { openAisle: 1 }))).toBeUndefined();
    expect(end(a.says("accepted", { activity: "opening", openAisle: 0 }))).toBeUndefined();
    expect(end(a.says("done", { openAisle: 2 }))).toBe("done");
  });
  test("another aisle than asked is a failure", () => {
    const a = area();
    a.opening();
    expect(end(a.says("done", { openAisle: 1 }))).toBe("failed motion-wrong-end");
  });
  test("closing half-way open carriages is sent; spread ones are already so", () => {
    const spread = [1, 2, 3].map((column, i) => ({
      column,
      positionMm: i * 1105,
      motion: "still" as const,
      fault: false,
    }));
    const a = area();
    a.status({ openAisle: 0, columns: spread.map((c) => (c.column === 2 ? { ...c, positionMm: 900 } : c)) });
    expect(sends(a.ask("close"))).toHaveLength(1);
    const b = area();
    b.status({ openAisle: 0, columns: spread });
    expect(end(b.ask("close"))).toBe("done");
  });
});

describe("S18 geometry", () => {
  test("an aisle that does not exist, and one too narrow to stand in", () => {
    const a = area();
    a.status();
    expect(end(a.ask("open", 3))).toBe("refused aisle-unknown");
    const rules = areaRules("r1.1", { ...smallSpec, aisleWidthMm: 740 }, []);
    expect(whatMayIDo(rules, a.state, a.atMs)["open:2"]).toMatchObject({ code: "aisle-too-narrow" });
  });
});

describe("inhibit, release, pause", () => {
  test("inhibit ends a motion, holds while the controller is offline, and only release takes it away", () => {
    const a = area();
    a.opening();
    const effects = a.ask("inhibit");
    expect(hasStop(effects)).toBe(true);
    expect(sends(effects)).toHaveLength(1);
    a.says("done", { activity: "stopped", interlocks: flaws.inhibited?.interlocks as ShelfStatus["interlocks"] });
    a.status();
    expect(end(a.ask("open", 2))).toBe("refused area-inhibited");
    expect(sends(a.ask("release"))).toHaveLength(1);
    expect(end(a.says("done"))).toBe("done");
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test("a PLC without inhibit: the gateway's own holds and is taken away", () => {
    const a = area(["S22"]);
    a.status();
    expect(end(a.ask("inhibit"))).toBe("done");
    expect(end(a.ask("open", 2))).toBe("refused area-inhibited");
    expect(end(a.ask("release"))).toBe("done");
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test("pause lets the controller stand and ends the motion without a STOP; unconfirmed it becomes one", () => {
    const a = area();
    a.opening();
    expect(sends(a.ask("pause"))).toHaveLength(1);
    const effects = a.says("done", { openAisle: 0 });
    expect(hasStop(effects)).toBe(false);
    expect(end(effects)).toBe("stopped motion-paused");
    const b = area();
    b.opening();
    b.ask("pause");
    let last: AreaEffect[] = [];
    for (let i = 0; i < 8 && !hasStop(last); i++) {
      b.status({ activity: "opening", openAisle: 0, lastCommand: null }, 500);
      last = b.tick(1);
    }
    expect(end(last)).toBe("stopped motion-paused");
  });
});

describe("S24 every decision is noted with what it saw", () => {
  test("refusals too", () => {
    const a = area();
    a.status(flaws.somebodyInside);
    expect(a.ask("close")).toContainEqual(
      expect.objectContaining({
        kind: "decision",
        decision: "refused",
        code: "aisle-occupied",
        inputs: expect.objectContaining({
          people: 1,
          entrySeq: 5,
          confirmedEntrySeq: 4,
          openAisle: 1,
          link: "up",
          statusAgeMs: 1,
        }),
      }),
    );
  });
  test("an alarm of the controller is told once (S16, S21) and holds motion", () => {
    const a = area();
    const alarmed = (effects: AreaEffect[]) => effects.some((effect) => effect.kind === "decision" && effect.alarm);
    a.status();
    expect(alarmed(a.status({ alarms: ["over-speed"] }))).toBe(true);
    expect(alarmed(a.status({ alarms: ["over-speed"] }))).toBe(false);
    expect(end(a.ask("open", 2))).toBe("refused area-alarm");
  });
});

test("every flaw of a status shuts every start, with a sentence in both languages", () => {
  for (const [name, flaw] of Object.entries(flaws)) {
    const a = area();
    a.status(flaw);
    const may = whatMayIDo(a.rules, a.state, a.atMs);
    for (const key of ["open:2", "close", "ventilate"]) {
      const block = may[key];
      expect(block, `${name} ${key}`).not.toBe(true);
      const { zh, en } = errorTable[(block as { code: ErrorCode }).code];
      expect(zh.length * en.length).toBeGreaterThan(0);
    }
  }
});
