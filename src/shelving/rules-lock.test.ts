import { describe, expect, test } from "vitest";
import { goodStatus } from "./exploring/alphabet.ts";
import { area, end, hasStop, sends } from "./exploring/bench.ts";
import { holdWanted } from "./on-lock.ts";
import { whatMayIDo } from "./what-may-i-do.ts";

const inhibited = { interlocks: { ...goodStatus().interlocks, inhibited: true } };
const wanted = (a: ReturnType<typeof area>) => holdWanted(a.rules, a.state, a.atMs);

describe("S22 a lock a person", () => {
  test("nothing starts until each has taken off theirs, and taking the last one off starts nothing", () => {
    const a = area();
    a.status();
    a.lock("p1", "王工");
    a.lock("p2", "李工");
    const refused = a.ask("open", 2);
    expect(end(refused)).toBe("refused area-locked");
    expect(refused).toContainEqual(expect.objectContaining({ kind: "settle", params: { who: "王工、李工" } }));
    expect(a.unlock("p1")).toEqual([]);
    expect(end(a.ask("close"))).toBe("refused area-locked");
    expect(a.unlock("p2")).toEqual([]);
    a.status();
    expect(sends(a.tick(100))).toEqual([]);
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test("is one a person: the second of the same person is the same lock, and one act takes it off", () => {
    const a = area();
    a.status();
    a.lock("p1");
    a.lock("p1");
    expect(a.state.locks).toHaveLength(1);
    a.unlock("p1");
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test("put on while it moves, it stops the motion at once and says whose lock it was", () => {
    const a = area();
    a.opening();
    const effects = a.lock("p1", "王工");
    expect(effects[0]).toEqual({ kind: "stop" });
    expect(end(effects)).toBe("stopped area-locked");
    a.status();
    expect(end(a.ask("open", 2))).toBe("refused area-locked");
  });
  test("put on during the gateway's own warning, nothing is written any more", () => {
    const a = area(["S12"]);
    a.status();
    a.ask("open", 2);
    expect(a.state.motion?.phase).toBe("warning");
    expect(end(a.lock("p1"))).toBe("stopped area-locked");
    for (let i = 0; i < 6; i++) {
      a.status({}, 500);
      expect(sends(a.tick(1))).toEqual([]);
    }
  });
  test("what somebody moves at the panel all the same is stopped and told on every console", () => {
    const a = area();
    a.status();
    a.lock("p1", "王工");
    const moved = a.status({ activity: "opening", openAisle: 0 });
    expect(hasStop(moved)).toBe(true);
    expect(moved).toContainEqual(
      expect.objectContaining({
        decision: "under-lock",
        code: "motion-under-lock",
        params: { who: "王工" },
        alarm: true,
      }),
    );
    expect(hasStop(a.status({ activity: "opening", openAisle: 0 }))).toBe(false);
  });
  test("holds with the controller offline and through a restart of the gateway; STOP, pause and inhibit go on working", () => {
    const a = area();
    a.lock("p1", "王工");
    a.restart();
    expect(end(a.ask("open", 2))).toBe("refused area-locked");
    a.status();
    expect(hasStop(a.stop())).toBe(true);
    a.status();
    expect(sends(a.ask("inhibit"))).toHaveLength(1);
  });
  test("the table of what may be done names the people", () => {
    const a = area();
    a.status();
    a.lock("p1", "王工");
    const may = whatMayIDo(a.rules, a.state, a.atMs);
    for (const key of ["open:2", "close", "ventilate"])
      expect(may[key], key).toEqual({ code: "area-locked", params: { who: "王工" } });
    expect(may.inhibit).toBe(true);
  });
});

describe("S22 the controller is told, so that its panel moves nothing either", () => {
  /** Locked by p1, and the controller inhibited for it. */
  function held() {
    const a = area();
    a.status();
    a.lock("p1", "王工");
    expect(wanted(a)).toBe("inhibit");
    expect(sends(a.hold("inhibit"))).toMatchObject([{ command: { verb: "inhibit", ttlMs: 2000 } }]);
    expect(wanted(a)).toBeNull();
    expect(end(a.says("done", inhibited))).toBe("done");
    return a;
  }

  test("inhibited with the first lock, released after the last; between them only the people are named", () => {
    const a = held();
    expect(wanted(a)).toBeNull();
    a.lock("p2");
    expect(end(a.ask("open", 2))).toBe("refused area-locked");
    a.unlock("p1");
    expect(wanted(a)).toBeNull();
    a.unlock("p2");
    expect(end(a.ask("open", 2))).toBe("refused area-lock-releasing");
    expect(wanted(a)).toBe("release");
    expect(sends(a.hold("release"))).toHaveLength(1);
    expect(end(a.says("done"))).toBe("done");
    expect(a.state).toMatchObject({ isHeldForLocks: false, inhibited: false });
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
  test("a supervisor's inhibit, before or during the lock, stays when the last lock goes", () => {
    const before = area();
    before.status();
    before.ask("inhibit");
    before.says("done", inhibited);
    before.lock("p1");
    expect(wanted(before)).toBeNull();
    before.unlock("p1");
    expect(wanted(before)).toBeNull();
    const during = held();
    during.ask("inhibit");
    during.says("done", inhibited);
    during.unlock("p1");
    expect(wanted(during)).toBeNull();
    expect(end(during.ask("open", 2))).toBe("refused area-inhibited");
    during.ask("release");
    during.says("done");
    expect(sends(during.ask("open", 2))).toHaveLength(1);
  });
  test("what a key at the shelf inhibits after the locks are gone is not ours to release", () => {
    const a = held();
    a.unlock("p1");
    a.hold("release");
    a.says("done");
    a.status(inhibited);
    expect(wanted(a)).toBeNull();
    expect(end(a.hold("release"))).toBe("expired command-expired");
  });
  test("nobody releases under a lock, and a release that a new lock overtook is not sent", () => {
    const a = held();
    expect(end(a.ask("release"))).toBe("refused area-locked");
    a.unlock("p1");
    a.lock("p2");
    expect(sends(a.hold("release"))).toEqual([]);
  });
  test("a controller that came back without it is told again; one that is not heard, or knows none, is not", () => {
    const a = held();
    a.status({ bootId: 8 });
    expect(wanted(a)).toBe("inhibit");
    a.link(false);
    expect(wanted(a)).toBeNull();
    const weak = area(["S22"]);
    weak.status();
    weak.lock("p1");
    expect(wanted(weak)).toBeNull();
    expect(sends(weak.hold("inhibit"))).toEqual([]);
  });
  test("is known again after a restart of the gateway", () => {
    const a = held();
    a.restart();
    a.status(inhibited);
    a.unlock("p1");
    expect(wanted(a)).toBe("release");
  });
});
