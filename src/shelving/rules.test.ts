import { describe, expect, test } from "vitest";
import { type ErrorCode, errorTable } from "../contract/errors.ts";
import type { ShelfStatus } from "../contract/shelf.ts";
import { advanceArea } from "./advance-area.ts";
import { type AreaRules, areaRules } from "./area-rules.ts";
import { type AreaEffect, type AreaInput, type AreaState, firstAreaState } from "./area-state.ts";
import { flaws, goodStatus, smallSpec } from "./exploring/alphabet.ts";
import { whatMayIDo } from "./what-may-i-do.ts";

const plc = ["S3", "S4", "S9", "S10", "S13", "S14", "S15"];

/** Plays inputs against one area; every call lets one more millisecond pass. */
function area(cannotKeep: readonly string[] = [], more: Partial<Parameters<typeof firstAreaState>[0]> = {}) {
  const rules: AreaRules = areaRules("r1.1", smallSpec, cannotKeep);
  let state: AreaState = firstAreaState({ epoch: 3, wireId: 10, ...more });
  let atMs = 5_000;
  let serial = 0;
  let effects: AreaEffect[] = [];
  function feed(input: AreaInput): AreaEffect[] {
    const advanced = advanceArea(rules, state, input);
    state = advanced.state;
    effects = advanced.effects;
    return effects;
  }
  return {
    rules,
    get state() {
      return state;
    },
    get atMs() {
      return atMs;
    },
    status(change: Partial<ShelfStatus> = {}, waitMs = 1) {
      atMs += waitMs;
      return feed({
        kind: "status",
        atMs,
        status: goodStatus({ lastCommand: { wireId: 0, result: "none", reason: null }, ...change }),
      });
    },
    /** What the controller says of the newest command. */
    says(result: "accepted" | "done" | "refused", change: Partial<ShelfStatus> = {}, waitMs = 1) {
      return this.status(
        { lastCommand: { wireId: state.wireId, result, reason: result === "refused" ? "interlock" : null }, ...change },
        waitMs,
      );
    },
    ask(verb: "open" | "close" | "ventilate" | "inhibit" | "release" | "pause", aisle = 0, epoch = state.epoch) {
      atMs++;
      return feed({ kind: "request", atMs, commandId: `c${++serial}`, verb, aisle, epoch, actor: "person:1" });
    },
    askAgain(commandId: string, verb: "open", aisle: number) {
      atMs++;
      return feed({ kind: "request", atMs, commandId, verb, aisle, epoch: state.epoch, actor: "person:1" });
    },
    stop() {
      atMs++;
      return feed({ kind: "stop", atMs, commandId: `s${++serial}`, actor: "person:1" });
    },
    link(up: boolean) {
      atMs++;
      return feed({ kind: "link", atMs, up });
    },
    written() {
      atMs++;
      return feed({ kind: "written", atMs, wireId: state.wireId });
    },
    writeFailed(waitMs = 1) {
      atMs += waitMs;
      return feed({ kind: "write-failed", atMs, wireId: state.wireId });
    },
    tick(waitMs: number) {
      atMs += waitMs;
      return feed({ kind: "tick", atMs });
    },
    restart() {
      atMs++;
      return feed({ kind: "restart", atMs, epoch: state.epoch + 1 });
    },
    /** Up to "aisle 2 is being opened". */
    opening() {
      this.status();
      this.ask("open", 2);
      this.written();
      return this.says("accepted", { activity: "opening", openAisle: 0 });
    },
  };
}

const sends = (effects: AreaEffect[]) => effects.filter((effect) => effect.kind === "send");
const hasStop = (effects: AreaEffect[]) => effects.some((effect) => effect.kind === "stop");
const beat = (effects: AreaEffect[]) => effects.findLast((effect) => effect.kind === "heartbeat")?.on;
const end = (effects: AreaEffect[]) => {
  const settle = effects.findLast((effect) => effect.kind === "settle");
  return settle && `${settle.outcome} ${settle.code ?? ""}`.trim();
};

describe("S3 nothing restarts by itself", () => {
  test("link lost and back: stopped, failed as unknown, and nothing is sent until somebody asks", () => {
    const a = area();
    a.opening();
    const lost = a.link(false);
    expect(end(lost)).toBe("failed motion-link-lost");
    expect(hasStop(lost)).toBe(true);
    expect(beat(lost)).toBe(false);
    expect(sends(a.link(true))).toEqual([]);
    expect(sends(a.status({ activity: "stopped", openAisle: 0 }))).toEqual([]);
    expect(sends(a.tick(500))).toEqual([]);
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
    a.status({ openAisle: 0 });
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test("a restart of the gateway ends the command, raises the epoch and sends nothing", () => {
    const a = area();
    a.opening();
    const effects = a.restart();
    expect(end(effects)).toBe("failed gateway-restarted");
    expect(effects.filter((effect) => effect.kind === "send" || effect.kind === "stop")).toEqual([]);
    expect(a.state).toMatchObject({ epoch: 4, motion: null, status: null });
    expect(sends([...a.link(true), ...a.status({ openAisle: 0 }), ...a.tick(100)])).toEqual([]);
  });
  test("a restart of the controller (boot id) fails the command; it is not sent again", () => {
    const a = area();
    a.opening();
    const effects = a.status({
      bootId: 8,
      openAisle: 0,
      occupancy: { people: 0, entrySeq: 0, confirmedEntrySeq: null },
    });
    expect(end(effects)).toBe("failed controller-restarted");
    expect(sends(effects)).toEqual([]);
  });
  test("a beam that is clear again moves nothing", () => {
    const a = area();
    a.opening();
    a.status(flaws.tripped);
    expect(sends([...a.status({ activity: "stopped" }), ...a.tick(500), ...a.status()])).toEqual([]);
  });
  test("a PLC without a latch: after a stop only a login at the panel opens motion again", () => {
    const a = area(plc, { needsReset: { sinceMs: 0 } });
    a.status({ lastCommand: null });
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
    a.status({ lastCommand: null, ...flaws.panelLoggedOut });
    a.status({ lastCommand: null });
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
});

describe("S4 emergency stop", () => {
  test("ends a motion; releasing it moves nothing and needs a reset", () => {
    const a = area();
    a.opening();
    expect(end(a.status(flaws.emergencyStop))).toBe("stopped area-emergency-stop");
    const released = a.status({ activity: "stopped", openAisle: 0 });
    expect(sends(released)).toEqual([]);
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
  });
});

describe("S5 STOP is always sent, first", () => {
  test.each(["nothing known", "offline", "moving", "stopped", "emergency stop", "inhibited"])("%s", (how) => {
    const a = area();
    if (how === "moving") a.opening();
    else if (how !== "nothing known")
      a.status(
        how === "stopped" ? { activity: "stopped" } : how === "emergency stop" ? (flaws.emergencyStop ?? {}) : {},
      );
    if (how === "offline") a.link(false);
    if (how === "inhibited") a.ask("inhibit");
    const effects = a.stop();
    expect(effects[0]).toEqual({ kind: "stop" });
    expect(a.state.motion).toBeNull();
  });
  test("twenty stops are twenty stops", () => {
    const a = area();
    for (let i = 0; i < 20; i++) expect(a.stop()[0]).toEqual({ kind: "stop" });
    expect(a.state.stop?.commandIds).toHaveLength(16);
  });
  test("is repeated until the shelf stands, then raises an alarm that says what to do", () => {
    const a = area();
    a.opening();
    a.stop();
    expect(hasStop(a.says("accepted", { activity: "opening" }, 600))).toBe(false);
    expect(hasStop(a.tick(1))).toBe(true);
    let last: AreaEffect[] = [];
    for (let i = 0; i < 6 && end(last) === undefined; i++) last = a.tick(1000);
    expect(end(last)).toBe("failed stop-not-confirmed");
    expect(last.some((effect) => effect.kind === "decision" && effect.alarm)).toBe(true);
  });
  test("is done when a status shows the shelf at rest", () => {
    const a = area();
    a.opening();
    a.stop();
    expect(end(a.status({ activity: "stopped", openAisle: 0 }))).toBe("done");
  });
});

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
    [
      "no confirmation since boot, nobody ever entered",
      { openAisle: 0, ...flaws.neverConfirmed },
      "refused aisle-not-confirmed",
    ],
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
    expect(asked).toContainEqual({ kind: "warn", on: true, aisle: 2 });
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

describe("S14 heartbeat and time limits", () => {
  test("beats from the command to its end", () => {
    const a = area();
    a.status();
    expect(beat(a.ask("open", 2))).toBe(true);
    a.written();
    a.says("accepted", { activity: "opening", openAisle: 0 });
    expect(beat(a.says("done", { openAisle: 2 }))).toBe(false);
  });
  test("silence of the controller for more than a second stops it", () => {
    const a = area();
    a.opening();
    expect(end(a.tick(900))).toBeUndefined();
    const effects = a.tick(200);
    expect(end(effects)).toBe("failed area-stale");
    expect(hasStop(effects)).toBe(true);
  });
  test("a motion longer than its geometry allows is stopped", () => {
    const a = area();
    a.opening();
    let effects: AreaEffect[] = [];
    let seconds = 0;
    for (; seconds < 120 && end(effects) === undefined; seconds += 0.5)
      effects = a.says("accepted", { activity: "opening", openAisle: 0 }, 500);
    expect(end(effects)).toBe("stopped motion-timeout");
    // 870 mm at 30 mm/s, 3 s of warning, 5 s to spare.
    expect(seconds).toBeGreaterThan(36);
    expect(seconds).toBeLessThan(39);
  });
});

describe("S15 id, epoch, expiry, expected position", () => {
  test("travel with every command", () => {
    const a = area();
    a.status();
    const [send] = sends(a.ask("open", 2));
    expect(send).toMatchObject({
      command: { wireId: 11, verb: "open", aisle: 2, epoch: 3, ttlMs: 2000, expectedOpenAisle: 1 },
    });
  });
  test("a request of an earlier grant is refused", () => {
    const a = area();
    a.status();
    expect(end(a.ask("open", 2, 2))).toBe("refused command-not-ours");
  });
  test("a lost write is repeated once, with the same id and less time; then it is stopped", () => {
    const a = area();
    a.status();
    a.ask("open", 2);
    const [again] = sends(a.writeFailed(700));
    expect(again).toMatchObject({ command: { wireId: 11, ttlMs: 1300 } });
    const effects = a.writeFailed();
    expect(end(effects)).toBe("failed command-not-delivered");
    expect(hasStop(effects)).toBe(true);
  });
  test("is not repeated after its time, nor when the shelf stands elsewhere, nor at a PLC that knows no ids", () => {
    for (const how of ["late", "moved", "plc"]) {
      const a = area(how === "plc" ? ["S15"] : []);
      a.status();
      a.ask("open", 2);
      if (how === "late") for (let i = 0; i < 3; i++) a.status({}, 700);
      if (how === "moved") a.status({ openAisle: 0 });
      expect(sends(a.writeFailed()), how).toEqual([]);
    }
  });
  test("what never starts expires; when it starts late after all it is stopped and told", () => {
    const a = area();
    a.status();
    a.ask("open", 2);
    a.written();
    let effects: AreaEffect[] = [];
    for (let i = 0; i < 10 && end(effects) === undefined; i++) {
      a.status({}, 400);
      effects = a.tick(1);
    }
    expect(end(effects)).toBe("expired command-expired");
    expect(hasStop(effects)).toBe(false);
    const late = a.says("accepted", { activity: "opening", openAisle: 0 });
    expect(hasStop(late)).toBe(true);
    expect(late).toContainEqual(expect.objectContaining({ kind: "decision", decision: "late-start", alarm: true }));
  });
  test("the controller's own refusal is told in plain words", () => {
    const a = area();
    a.status();
    a.ask("open", 2);
    expect(end(a.says("refused"))).toBe("refused area-interlock");
  });
  test("wire ids grow, wrap at 65 535 and skip the controller's last one", () => {
    const a = area([], { wireId: 65_535 });
    a.status({ lastCommand: { wireId: 1, result: "done", reason: null } });
    expect(sends(a.ask("open", 2))[0]?.command.wireId).toBe(2);
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
