import { describe, expect, test } from "vitest";
import { area, end, hasStop, sends } from "./exploring/bench.ts";
import { whatMayIDo } from "./what-may-i-do.ts";

type Effects = ReturnType<ReturnType<typeof area>["tick"]>;
const told = (effects: Effects) =>
  effects.flatMap((effect) =>
    effect.kind === "decision" && effect.decision === "lead" ? [`${effect.code} ${effect.alarm}`] : [],
  );
/** Like a PLC without a warning of its own (S12). */
const weak = ["S12"] as const;

describe("one writer an area: what is not sure of its lead begins nothing", () => {
  test("unsure: what is asked is refused with the reason, and what moves reaches its end", () => {
    const a = area();
    a.opening();
    const unsure = a.lead("unsure");
    expect(told(unsure)).toEqual(["lead-unsure false"]);
    expect(hasStop(unsure)).toBe(false);
    expect(end(a.says("done", { openAisle: 2 }))).toBe("done");
    expect(end(a.ask("open", 1))).toBe("refused lead-unsure");
    expect(whatMayIDo(a.rules, a.state, a.atMs)).toMatchObject({
      "open:1": { code: "lead-unsure" },
      release: { code: "lead-unsure" },
      inhibit: true,
    });
  });

  test("unsure: a hold-to-run beat goes on while it moves", () => {
    const a = area();
    a.opening();
    expect(a.lead("unsure").some(({ kind }) => kind === "heartbeat")).toBe(false);
    expect(a.tick(100).some(({ kind }) => kind === "heartbeat")).toBe(false);
    expect(a.state.motion?.phase).toBe("moving");
  });

  test("unsure: what is still in its warning has lapsed, and nothing moves for it when the lead is sure again", () => {
    const a = area(weak);
    a.status();
    a.ask("open", 2);
    expect(a.state.motion?.phase).toBe("warning");
    const unsure = a.lead("unsure");
    expect(end(unsure)).toBe("refused lead-unsure");
    expect(hasStop(unsure)).toBe(false);
    a.lead("held");
    for (let i = 0; i < 40; i++) {
      a.status({}, 50);
      expect(sends(a.tick(50))).toEqual([]);
    }
  });

  test("unsure: what may wait on the wire is taken back by a STOP", () => {
    const a = area();
    a.status();
    a.ask("open", 2);
    expect(a.state.motion?.phase).toBe("sending");
    const unsure = a.lead("unsure");
    expect(hasStop(unsure)).toBe(true);
    expect(end(unsure)).toBe("stopped lead-unsure");
  });

  test.each([
    ["ending", "lead-ending"],
    ["lost", "motion-lead-lost"],
  ] as const)("%s: what moves is stopped and latched, with an alarm", (standing, code) => {
    const a = area();
    a.opening();
    const over = a.lead(standing);
    expect(hasStop(over)).toBe(true);
    expect(end(over)).toBe(`stopped ${code}`);
    expect(told(over)).toEqual([`${code} true`]);
    a.stopped();
    a.lead("held");
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
    a.status();
    // Nothing starts by itself, not even after the reset (S3).
    for (let i = 0; i < 40; i++) expect(sends(a.status({}, 100))).toEqual([]);
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });

  test.each(["unsure", "ending", "lost"] as const)(
    "%s while nothing moves: no STOP, which might be somebody else's motion's, and no reset is due",
    (standing) => {
      const a = area();
      a.status();
      // Moved by another gateway, or from the panel.
      a.status({ activity: "opening", openAisle: 0 });
      expect(hasStop(a.lead(standing))).toBe(false);
      a.lead("held");
      a.status();
      expect(sends(a.ask("open", 2))).toHaveLength(1);
    },
  );

  test.each(["unsure", "ending", "lost"] as const)(
    "%s: STOP from people passes, and so do inhibit and pause",
    (standing) => {
      const a = area();
      a.opening();
      a.lead(standing);
      expect(a.stop()[0]).toEqual({ kind: "stop" });
      const b = area();
      b.status();
      b.lead(standing);
      expect(sends(b.ask("inhibit"))).toHaveLength(1);
    },
  );

  test("a release is refused, also where the gateway alone keeps the inhibit", () => {
    for (const cannotKeep of [[], ["S22"]] as const) {
      const a = area(cannotKeep);
      a.status();
      a.ask("inhibit");
      a.status({ interlocks: { ...a.state.status?.interlocks, inhibited: cannotKeep.length === 0 } as never });
      a.lead("unsure");
      const refused = a.ask("release");
      expect(end(refused)).toBe("refused lead-unsure");
      expect(a.state.inhibited).toBe(true);
    }
  });

  test("what was pressed before the lead broke off is not done after it", () => {
    const a = area();
    a.status();
    a.lead("unsure");
    a.lead("held");
    const late = a.askedAgo(5, "open", 2);
    expect(end(late)).toBe("refused request-overtaken");
    expect(late).toContainEqual(expect.objectContaining({ kind: "settle", params: { heldBy: "lead" } }));
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });

  test("told again it is no news, and a restart forgets nothing of it", () => {
    const a = area();
    a.status();
    a.lead("unsure");
    expect(a.lead("unsure")).toEqual([]);
    a.restart();
    a.status();
    a.stopped();
    a.status();
    expect(end(a.ask("open", 2))).toBe("refused lead-unsure");
  });

  test("an area whose motion has just begun knows what its lead is", () => {
    const a = area([], { lead: "ending" });
    a.status();
    expect(end(a.ask("open", 2))).toBe("refused lead-ending");
  });
});
