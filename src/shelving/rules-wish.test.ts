import { describe, expect, test } from "vitest";
import { flaws } from "./exploring/alphabet.ts";
import { area, end, hasStop, sends } from "./exploring/bench.ts";

describe("S15 the moment of a wish is the moment of asking", () => {
  test("what waited in a store for longer than two seconds is refused and says how long", () => {
    const a = area();
    a.status();
    expect(sends(a.askedAgo(1_900, "open", 2))).toHaveLength(1);
    const b = area();
    b.status();
    const refused = b.askedAgo(2_100, "open", 2);
    expect(end(refused)).toBe("refused request-too-old");
    expect(refused).toContainEqual(expect.objectContaining({ decision: "refused", params: { ageS: 2.1 } }));
    expect(sends(refused)).toEqual([]);
  });
  test("time to live counts from the press", () => {
    const a = area();
    a.status();
    expect(sends(a.askedAgo(1_500, "open", 2))).toMatchObject([{ command: { ttlMs: 500 } }]);
  });
  test("the gateway's own warning comes on top, and nothing is written after press, warning and two seconds", () => {
    const a = area(["S12"]);
    a.status();
    a.askedAgo(1_500, "open", 2);
    expect(a.state.motion).toMatchObject({ phase: "warning", latestSendMs: a.atMs - 1_500 + 4_500 });
    for (let i = 0; i < 5; i++) a.status({}, 500);
    expect(sends(a.tick(1))).toMatchObject([{ command: { ttlMs: 499 } }]);
  });
  test("a moment that is none, or lies ahead, counts as too old", () => {
    for (const agoMs of [Number.NaN, -5]) {
      const a = area();
      a.status();
      expect(end(a.askedAgo(agoMs, "open", 2)), String(agoMs)).toBe("refused request-too-old");
    }
  });
  test("the story that was told: pressed, stopped, reset, and the store comes back at last", () => {
    const a = area();
    a.status();
    const pressedAtMs = a.atMs;
    a.stop();
    a.stopped();
    a.status();
    expect(a.state.needsReset).toBeNull();
    const late = a.askedAgo(a.atMs + 1 - pressedAtMs, "open", 2);
    expect(end(late)).toBe("refused request-overtaken");
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test.each([
    ["lock", "lock"],
    ["inhibit", "inhibit"],
    ["stop", "shelf"],
    ["clock", "clock"],
    ["emergency stop at the shelf", "shelf"],
  ])("overtaken by %s, even if it is over", (what, heldBy) => {
    const a = area(what === "inhibit" ? ["S22"] : []);
    a.status();
    if (what === "lock") {
      a.lock("p1");
      a.unlock("p1");
    } else if (what === "inhibit") {
      a.ask("inhibit");
      a.ask("release");
    } else if (what === "stop") {
      a.stop();
      a.stopped();
    } else if (what === "clock") a.clockGap(86_400_000);
    else a.status(flaws.emergencyStop);
    a.status();
    const late = a.askedAgo(900, "open", 2);
    expect(end(late)).toBe("refused request-overtaken");
    expect(late).toContainEqual(expect.objectContaining({ kind: "settle", params: { heldBy } }));
  });
  test("a release is as old as its press; inhibit, pause and STOP are never too old", () => {
    const a = area();
    a.status();
    expect(sends(a.askedAgo(9_000, "inhibit"))).toHaveLength(1);
    a.says("done", { interlocks: flaws.inhibited?.interlocks as never });
    expect(end(a.askedAgo(9_000, "release"))).toBe("refused request-too-old");
    expect(end(a.askedAgo(100, "release"))).toBe("refused request-overtaken");
    a.status({ interlocks: flaws.inhibited?.interlocks as never }, 200);
    expect(sends(a.askedAgo(100, "release"))).toHaveLength(1);
    const b = area();
    b.opening();
    expect(sends(b.askedAgo(9_000, "pause"))).toHaveLength(1);
  });
});

describe("a jump of the clock drops every waiting wish", () => {
  test("in the warning: refused, nothing is written, and the area says what it dropped", () => {
    const a = area(["S12"]);
    a.status();
    a.ask("open", 2);
    const effects = a.clockGap(-3_600_000);
    expect(end(effects)).toBe("refused clock-gap");
    expect(effects).toContainEqual(
      expect.objectContaining({ decision: "ended", code: "clock-gap", params: { gapS: -3_600 } }),
    );
    for (let i = 0; i < 6; i++) {
      a.status({}, 500);
      expect(sends(a.tick(1))).toEqual([]);
    }
  });
  test("being written: taken back by a STOP, for nobody knows whether it went out", () => {
    const a = area();
    a.status();
    a.ask("open", 2);
    const effects = a.clockGap(5_000);
    expect(end(effects)).toBe("failed clock-gap");
    expect(hasStop(effects)).toBe(true);
  });
  test("what rolls already goes on while its statuses are fresh", () => {
    const a = area();
    a.opening();
    expect(a.clockGap(5_000)).toEqual([]);
    expect(end(a.says("done", { openAisle: 2 }))).toBe("done");
  });
});

test("an expiry that the controller misread names the clocks", () => {
  const a = area();
  a.status();
  a.ask("open", 2);
  const lastCommand = { wireId: a.state.wireId, result: "refused", reason: "stale" } as const;
  const effects = a.status({ lastCommand, clockSkewMs: 61_200 });
  expect(end(effects)).toBe("refused command-expired-clocks");
  expect(effects).toContainEqual(expect.objectContaining({ kind: "settle", params: { skewS: 61.2 } }));
  const b = area();
  b.status();
  b.ask("open", 2);
  expect(end(b.status({ lastCommand: { ...lastCommand, wireId: b.state.wireId }, clockSkewMs: 300 }))).toBe(
    "refused command-expired",
  );
});
