/** I9: a refused request has no effect, one with an effect is not refused; 禁止移动 holds whatever is on its way. */
import { describe, expect, test } from "vitest";
import { flaws } from "./exploring/alphabet.ts";
import { area, end, hasStop, sends } from "./exploring/bench.ts";
import { holdWanted } from "./on-lock.ts";
import { isInhibitedHereOnly } from "./send-setting.ts";

/** Inhibited by a first supervisor, as the controller shows, and about to be released. */
function releasing() {
  const a = area();
  a.status();
  a.ask("inhibit");
  a.says("done", flaws.inhibited);
  a.status(flaws.inhibited);
  expect(sends(a.ask("release"))).toHaveLength(1);
  return a;
}

describe("an inhibit pressed while something is on its way", () => {
  test("a release: it has lapsed, and what the controller shows of it undoes nothing", () => {
    const a = releasing();
    const released = a.state.setting?.wireId ?? 0;
    const asked = a.ask("inhibit");
    expect(asked).toContainEqual(
      expect.objectContaining({ kind: "settle", outcome: "refused", code: "request-overtaken" }),
    );
    expect(sends(asked)).toMatchObject([{ command: { verb: "inhibit" } }]);
    a.status({ lastCommand: { wireId: released, result: "done", reason: null } });
    a.tick(100);
    expect(a.state.inhibited).toBe(true);
    expect(end(a.ask("open", 2))).toBe("refused area-inhibited");
    expect(end(a.says("done", flaws.inhibited))).toBe("done");
  });
  test("a release whose write fails, and an inhibit that the controller never shows: it holds here", () => {
    const a = releasing();
    a.ask("inhibit");
    for (let i = 0; i < 10; i++) {
      a.status({}, 400);
      a.tick(100);
    }
    expect([a.state.setting, a.state.inhibited]).toEqual([null, true]);
    expect(end(a.ask("open", 2))).toBe("refused area-inhibited");
  });
  test("a pause: the motion is stopped, and the inhibit goes out", () => {
    const a = area();
    a.opening();
    a.ask("pause");
    const asked = a.ask("inhibit");
    expect(hasStop(asked)).toBe(true);
    expect(sends(asked)).toMatchObject([{ command: { verb: "inhibit" } }]);
    expect([a.state.motion, a.state.inhibited]).toEqual([null, true]);
  });
  test("the gateway's own, for locks: it is a person's now, and no lock that goes takes it along", () => {
    const a = area();
    a.status();
    a.lock("wang");
    expect(sends(a.hold("inhibit"))).toHaveLength(1);
    expect(sends(a.ask("inhibit"))).toHaveLength(1);
    a.says("done", flaws.inhibited);
    a.unlock("wang");
    a.status(flaws.inhibited);
    expect(end(a.ask("open", 2))).toBe("refused area-inhibited");
    expect(a.state.inhibited).toBe(true);
  });
  test("the same: refused, and nothing but the first changes anything", () => {
    const a = area();
    a.status();
    a.ask("inhibit");
    const before = a.state;
    expect(end(a.ask("inhibit"))).toBe("refused area-busy");
    expect(a.state).toEqual(before);
  });
});

test("a controller that cannot be told: it holds here, and whoever asked hears just that", () => {
  for (const away of ["never heard", "link lost"]) {
    const a = area();
    if (away === "link lost") {
      a.status();
      a.link(false);
    }
    expect(end(a.ask("inhibit"))).toBe("failed inhibit-here-only");
    expect(a.state.inhibited).toBe(true);
    a.link(true);
    a.status();
    expect(end(a.ask("open", 2))).toBe("refused area-inhibited");
    expect(end(a.ask("inhibit"))).toBeUndefined();
  }
});

describe("an inhibit whose write is lost, as in a flood of STOPs", () => {
  /** Pressed, and lost once. */
  function lost() {
    const a = area();
    a.status();
    const [first] = sends(a.ask("inhibit"));
    expect(end(a.writeFailed())).toBeUndefined();
    return { a, first, pressedAtMs: a.atMs - 1 };
  }

  test("goes out again as the same command with less time to live, and is done when the controller shows it", () => {
    const { a, first } = lost();
    expect(sends(a.tick(100))).toEqual([]);
    const [again] = sends(a.tick(200));
    expect(again).toEqual({ ...first, command: { ...first?.command, ttlMs: 1_699 } });
    expect(end(a.says("done", flaws.inhibited))).toBe("done");
    expect(isInhibitedHereOnly(a.rules, a.state)).toBe(false);
  });
  test("again and again: a few times within two seconds of the press, then it is told as held here only", () => {
    const { a, pressedAtMs } = lost();
    const sentAfterMs: number[] = [];
    let told: [string, number] | null = null;
    for (let i = 0; i < 50; i++) {
      const effects = a.tick(100);
      const outcome = end(effects);
      if (outcome) told = [outcome, a.atMs - pressedAtMs];
      for (const { command } of sends(effects)) {
        sentAfterMs.push(a.atMs - pressedAtMs + command.ttlMs);
        a.writeFailed();
      }
      a.status();
    }
    expect(sentAfterMs.length).toBeGreaterThan(2);
    expect(sentAfterMs.length).toBeLessThan(10);
    expect(Math.max(...sentAfterMs)).toBeLessThanOrEqual(2_000);
    expect(told).toEqual(["failed inhibit-here-only", expect.any(Number)]);
    expect(told?.[1]).toBeLessThan(2_200);
    expect([a.state.inhibited, isInhibitedHereOnly(a.rules, a.state)]).toEqual([true, true]);
    expect(end(a.ask("open", 2))).toBe("refused area-inhibited");
  });
  test("it is taken back only once it is over, and then does not come after the release", () => {
    const { a } = lost();
    expect(end(a.ask("release"))).toBe("refused area-busy");
    expect(end(a.tick(2_500))).toBe("failed inhibit-here-only");
    a.status();
    expect(sends(a.ask("release"))).toMatchObject([{ command: { verb: "release" } }]);
    a.says("done");
    for (let i = 0; i < 30; i++) expect(sends(a.tick(100))).toEqual([]);
    expect([a.state.inhibited, isInhibitedHereOnly(a.rules, a.state)]).toEqual([false, false]);
  });
  test("nobody knows how old it is after a jump of the clock, and what another leads is not told: here only", () => {
    for (const then of ["clock", "lead", "link"]) {
      const { a } = lost();
      const effects = then === "clock" ? a.clockGap(3_600_000) : then === "lead" ? a.lead("lost") : a.link(false);
      expect(sends(effects)).toEqual([]);
      const atTick = a.tick(300);
      expect(sends(atTick)).toEqual([]);
      expect(end(then === "link" ? effects : atTick)).toBe("failed inhibit-here-only");
    }
  });
  test("a controller that has the lost one after all calls the second a duplicate: its status decides", () => {
    const { a } = lost();
    a.tick(300);
    expect(end(a.writeFailed(1, "duplicate"))).toBeUndefined();
    expect(sends(a.tick(300))).toEqual([]);
    expect(end(a.says("done", flaws.inhibited))).toBe("done");
  });
  test("the first one refused is refused", () => {
    const a = area();
    a.status();
    a.ask("inhibit");
    expect(end(a.writeFailed(1, "duplicate"))).toBe("refused command-duplicate");
  });
  test("the gateway's own, for locks, ends, and is wanted anew", () => {
    const a = area();
    a.status();
    a.lock("wang");
    a.hold("inhibit");
    expect(end(a.writeFailed())).toBe("failed command-not-delivered");
    expect(sends(a.tick(300))).toEqual([]);
    expect(holdWanted(a.rules, a.state, a.atMs)).toBe("inhibit");
  });
});

test("a release, a pause and an inhibit of another grant that are refused change nothing", () => {
  const a = area();
  a.status();
  a.ask("inhibit");
  a.says("done", flaws.inhibited);
  a.link(false);
  for (const verb of ["release", "pause"] as const) {
    const before = a.state;
    expect(end(a.ask(verb))).toBe("refused area-offline");
    expect(a.state).toEqual(before);
  }
  const b = area();
  b.status();
  const before = b.state;
  expect(end(b.ask("inhibit", 0, 2))).toBe("refused command-not-ours");
  expect(b.state).toEqual(before);
});
