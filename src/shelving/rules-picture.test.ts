import { describe, expect, test } from "vitest";
import { goodStatus } from "./exploring/alphabet.ts";
import { area, end, hasStop, sends } from "./exploring/bench.ts";
import { whatMayIDo } from "./what-may-i-do.ts";

const clear = goodStatus().interlocks;
const may = (a: ReturnType<typeof area>) => whatMayIDo(a.rules, a.state, a.atMs);

describe("S15 a start needs a picture that is proven young", () => {
  test.each([
    ["open", 2],
    ["close", 0],
    ["ventilate", 0],
  ] as const)(
    "%s: refused with the age when it may be older than a second and a half, however fresh it came",
    (verb, aisle) => {
      const a = area();
      a.status({}, 1, 1_600);
      const refused = a.ask(verb, aisle);
      expect(end(refused)).toBe("refused area-picture-old");
      expect(sends(refused)).toEqual([]);
      expect(refused).toContainEqual(
        expect.objectContaining({
          decision: "refused",
          params: { ageS: 1.6, limitS: 1.5 },
          inputs: expect.objectContaining({ statusAgeMs: 1, pictureAgeMs: 1_601 }),
        }),
      );
      expect(may(a)[verb === "open" ? "open:2" : verb]).toMatchObject({ code: "area-picture-old" });
      a.status({}, 1, 1_400);
      expect(sends(a.ask(verb, aisle))).toHaveLength(1);
    },
  );

  test("without any proof: refused, and not as if it were of now", () => {
    const a = area();
    a.status({}, 1, null);
    expect(end(a.ask("open", 2))).toBe("refused area-picture-unproven");
    expect(may(a)["open:2"]).toMatchObject({ code: "area-picture-unproven" });
  });

  test.each([-1, Number.NaN, Number.NEGATIVE_INFINITY])(
    "a moment that is none or is to come (%s) proves nothing",
    (ageMs) => {
      const a = area();
      a.status({}, 1, ageMs - 1);
      expect(end(a.ask("open", 2))).toMatch(/^refused area-picture-(old|unproven)$/);
    },
  );

  test("nothing to do is no answer either, by an old picture", () => {
    const a = area();
    a.status({ openAisle: 1 }, 1, 5_000);
    expect(end(a.ask("open", 1))).toBe("refused area-picture-old");
    a.status({ openAisle: 1 });
    expect(end(a.ask("open", 1))).toBe("done");
  });

  test("a later message of the same boot is no older than the one before was proven to be", () => {
    const a = area();
    a.status({ seq: 10 }, 1, 0);
    for (let seq = 11; seq < 14; seq++) a.status({ seq }, 400, null);
    expect(sends(a.ask("open", 2))).toHaveLength(1);
    const b = area();
    b.status({ seq: 10 }, 1, 0);
    for (let seq = 11; seq < 16; seq++) b.status({ seq }, 400, null);
    expect(end(b.ask("open", 2))).toBe("refused area-picture-old");
  });

  test("of another boot, or without a number, it proves only itself", () => {
    const a = area();
    a.status({ seq: 10 }, 1, 0);
    a.status({ seq: 1, bootId: 8 }, 100, null);
    expect(a.state.madeAfterMs).toBeNull();
    const b = area();
    b.status({ seq: null }, 1, 0);
    b.status({ seq: null }, 100, null);
    expect(b.state.madeAfterMs).toBeNull();
  });

  test("a machine that slept counts no time: what was asked before proves nothing, nor does the picture of before", () => {
    const a = area();
    a.status({ seq: 10 });
    a.clockGap(3_600_000);
    expect(end(a.ask("open", 2))).toBe("refused area-picture-unproven");
    // It had waited in a socket: asked just before the sleep, by a clock that stood still.
    a.status({ seq: 11 }, 20, 100);
    expect(end(a.ask("open", 2))).toBe("refused area-picture-unproven");
    a.status({ seq: 12 }, 300, 100);
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });

  test("a proof that is younger is not lost to an older one", () => {
    const a = area();
    a.status({ seq: 10 }, 1, 0);
    const { madeAfterMs } = a.state;
    a.status({ seq: 11 }, 100, 5_000);
    expect(a.state.madeAfterMs).toBe(madeAfterMs);
  });
});

describe("S12 the last look", () => {
  test("proven at the press and not after the warning: nothing is written", () => {
    const a = area(["S12"]);
    a.status();
    a.ask("open", 2);
    expect(a.state.motion?.phase).toBe("warning");
    for (let i = 0; i < 3; i++) a.status({}, 500, 1_000 + 500 * i);
    expect(end(a.tick(1))).toBe("refused area-picture-old");
    expect(a.state.motion).toBeNull();
  });

  test("the repeat of a write whose fate is unknown looks as well", () => {
    const a = area();
    a.status();
    a.ask("open", 2);
    a.status({}, 900, 1_600);
    const effects = a.writeFailed();
    expect(sends(effects)).toEqual([]);
    expect(hasStop(effects)).toBe(true);
  });
});

describe("what moves already", () => {
  test("is not broken off by a late proof, only by a status that comes late", () => {
    const a = area();
    a.opening();
    for (let i = 0; i < 20; i++) {
      const effects = a.says("accepted", { activity: "opening", openAisle: 0 }, 400);
      expect(hasStop(effects)).toBe(false);
      expect(hasStop(a.tick(100))).toBe(false);
    }
    const pace = { lastCommand: { wireId: a.state.wireId, result: "accepted" as const, reason: null } };
    for (let i = 0; i < 20; i++) {
      expect(hasStop(a.status({ ...pace, activity: "opening", openAisle: 0 }, 400, null))).toBe(false);
      expect(hasStop(a.tick(100))).toBe(false);
    }
    expect(a.state.motion?.phase).toBe("moving");
    expect(end(a.tick(1_100))).toBe("failed area-stale");
  });

  test("an inhibit and a pause go out by any picture; a release does not", () => {
    const a = area();
    a.status({}, 1, 9_000);
    expect(sends(a.ask("inhibit"))).toHaveLength(1);
    const b = area();
    b.status({ interlocks: { ...clear, inhibited: true } }, 1, 9_000);
    expect(end(b.ask("release"))).toBe("refused area-picture-old");
    b.status({ interlocks: { ...clear, inhibited: true } });
    expect(sends(b.ask("release"))).toHaveLength(1);
  });
});
