import { describe, expect, test } from "vitest";
import { area, end, hasStop, sends } from "./exploring/bench.ts";
import { whatMayIDo } from "./what-may-i-do.ts";

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
