/** I9: a refused request has no effect, one with an effect is not refused; 禁止移动 holds whatever is on its way. */
import { describe, expect, test } from "vitest";
import { flaws } from "./exploring/alphabet.ts";
import { area, end, hasStop, sends } from "./exploring/bench.ts";

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
