import { describe, expect, test } from "vitest";
import type { AreaEffect } from "./area-state.ts";
import { flaws } from "./exploring/alphabet.ts";
import { area, beat, end, hasStop, sends } from "./exploring/bench.ts";

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
