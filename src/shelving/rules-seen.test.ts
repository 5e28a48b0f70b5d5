/** S9 and S13 by wired inputs: what they see, what they cannot tell, and what the confirm button can and cannot do. */
import { describe, expect, test } from "vitest";
import type { SafetyRuleId } from "../contract/safety-rules.ts";
import type { ShelfStatus } from "../contract/shelf.ts";
import { columnsAt } from "./exploring/alphabet.ts";
import { area, end, hasStop, sends } from "./exploring/bench.ts";
import { eyesSpec, seenSpec } from "./exploring/people-letters.ts";

/** A PLC that cannot report people; here it warns by itself, so that a start is one step. */
const plc: readonly SafetyRuleId[] = ["S9", "S13", "S15"];
const silent = { occupancy: { people: null, entrySeq: null, confirmedEntrySeq: null }, lastCommand: null };
const clear = { "di-1.1": false };
const somebody = { "di-1.1": true };
const lost = { "di-1.1": null };
const button = "di-1.4";

function seenArea(spec = seenSpec, cannotKeep: readonly SafetyRuleId[] = plc, told: Partial<ShelfStatus> = silent) {
  const a = area(cannotKeep, {}, { spec });
  return Object.assign(a, {
    told: (change: Partial<ShelfStatus> = {}, waitMs = 1) => a.status({ ...told, ...change }, waitMs),
    /** A person goes in, comes out, and presses. */
    walk() {
      a.eyes(somebody);
      a.eyes(clear);
      return a.confirm(button);
    },
  });
}
/** Ready to open. */
function ready() {
  const a = seenArea();
  a.told();
  a.eyes(clear);
  a.walk();
  return a;
}
const decided = (effects: ReturnType<ReturnType<typeof ready>["walk"]>) =>
  effects.flatMap((effect) => (effect.kind === "decision" ? [`${effect.decision} ${effect.code ?? ""}`.trim()] : []));

test("an aisle opens when the sensor has seen somebody come and go, and whoever looked has pressed", () => {
  const a = seenArea();
  a.told();
  expect(end(a.ask("open", 2))).toBe("refused aisle-input-unknown");
  a.eyes(clear);
  expect(end(a.ask("open", 2))).toBe("refused aisle-input-not-confirmed");
  expect(decided(a.walk())).toEqual(["confirm-seen"]);
  expect(sends(a.ask("open", 2))).toHaveLength(1);
});

describe("it is refused", () => {
  const cases: [string, (a: ReturnType<typeof ready>) => unknown, string][] = [
    ["while somebody is seen", (a) => a.eyes(somebody), "aisle-occupied"],
    ["when the sensor is lost", (a) => a.eyes(lost), "aisle-input-unknown"],
    ["when its readings stay away", (a) => [a.told({}, 900), a.told({}, 700)], "aisle-input-unknown"],
    ["when its readings are old, however often they come", (a) => a.eyes(clear, 1, 1_600), "aisle-input-unknown"],
    ["after somebody came and went", (a) => [a.eyes(somebody), a.eyes(clear)], "aisle-input-not-confirmed"],
    ["after the sensor was away for a moment", (a) => [a.eyes(lost), a.eyes(clear)], "aisle-input-not-confirmed"],
    [
      "after the panel moved the carriages",
      (a) => [a.told({ activity: "opening", openAisle: null }), a.told({ openAisle: 2, columns: columnsAt(2) })],
      "aisle-input-not-confirmed",
    ],
    [
      "after another aisle was told open, moving unseen",
      (a) => a.told({ openAisle: 2, columns: columnsAt(2) }),
      "aisle-input-not-confirmed",
    ],
    ["after the line was away", (a) => [a.link(false), a.link(true), a.told()], "aisle-input-not-confirmed"],
    ["after a silence of the controller", (a) => [a.told({}, 1_200), a.eyes(clear)], "aisle-input-not-confirmed"],
    ["after the clock was set", (a) => [a.clockGap(5_000), a.told(), a.eyes(clear)], "aisle-input-not-confirmed"],
    ["after a restart", (a) => [a.restart(), a.told(), a.eyes(clear)], "aisle-input-not-confirmed"],
  ];
  test.each(cases)("%s", (_, happens, code) => {
    const a = ready();
    happens(a);
    const asked = a.ask("open", 1);
    expect(end(asked) === "done" ? end(a.ask("open", 2)) : end(asked)).toBe(`refused ${code}`);
  });
});

describe("a press confirms nothing", () => {
  const cases: [string, (a: ReturnType<typeof seenArea>) => unknown, string][] = [
    ["while somebody is seen", (a) => a.eyes(somebody), "aisle-occupied"],
    ["while the sensor is lost", (a) => a.eyes(lost), "aisle-input-unknown"],
    ["while the carriages move", (a) => a.told({ activity: "opening" }), "area-busy"],
    ["without a link", (a) => a.link(false), "area-offline"],
    ["on a status that is old", (a) => a.eyes(clear, 1_100), "area-stale"],
    ["of a sensor that has not been passed", () => {}, "aisle-input-unproven"],
    [
      "of one that was passed before the carriages moved",
      (a) => [...[a.eyes(somebody), a.eyes(clear), a.told({ activity: "opening" }), a.told()]],
      "aisle-input-unproven",
    ],
    [
      "of one that only saw the carriages go by",
      (a) => [...[a.told({ activity: "opening" }), a.eyes(somebody), a.eyes(clear), a.told()]],
      "aisle-input-unproven",
    ],
  ];
  test.each(cases)("%s", (_, happens, code) => {
    const a = seenArea();
    a.told();
    a.eyes(clear);
    happens(a);
    expect(decided(a.confirm(button))).toEqual([`confirm-ignored ${code}`]);
  });

  test("that was held down while somebody went in, or that the network kept", () => {
    const a = ready();
    a.eyes(somebody);
    a.eyes(clear, 50);
    expect(decided(a.confirm(button, 200))).toEqual(["confirm-ignored aisle-occupied"]);
    expect(decided(a.confirm(button, 20))).toEqual(["confirm-seen"]);
  });

  test("at a button of another area", () => {
    const a = ready();
    expect(decided(a.confirm("di-9.4"))).toEqual(["confirm-ignored not-found"]);
  });
});

describe("what moves stops in that very moment", () => {
  const cases: [string, Record<string, boolean | null>, string][] = [
    ["somebody is seen", somebody, "stopped motion-entered"],
    ["the sensor is lost", lost, "stopped aisle-input-unknown"],
  ];
  test.each(cases)("when %s, and stays shut", (_, states, outcome) => {
    const a = ready();
    a.ask("open", 2);
    a.written();
    a.told({ activity: "opening", openAisle: 0 });
    const effects = a.eyes(states);
    expect([hasStop(effects), end(effects)]).toEqual([true, outcome]);
  });

  test("when no reading comes", () => {
    const a = ready();
    a.ask("open", 2);
    a.written();
    a.told({ activity: "opening", openAisle: 0 });
    a.told({ activity: "opening", openAisle: 0 }, 900);
    const effects = a.told({ activity: "opening", openAisle: 0 }, 900);
    expect([hasStop(effects), end(effects)]).toEqual([true, "stopped aisle-input-unknown"]);
  });
});

test("a status that came just before a reading was heard finds it of now", () => {
  const a = ready();
  a.ask("open", 2);
  a.written();
  a.eyes(clear, 1, -40);
  expect(hasStop(a.told({ activity: "opening", openAisle: 0 }))).toBe(false);
});

test("one confirmation is good for one motion: a sensor that is stuck is found before the next", () => {
  const a = ready();
  a.ask("open", 2);
  a.written();
  a.told({ activity: "opening", openAisle: 0 });
  a.eyes(clear);
  expect(end(a.told({ openAisle: 2, columns: columnsAt(2) }))).toBe("done");
  a.eyes(clear);
  expect(end(a.ask("open", 1))).toBe("refused aisle-input-not-confirmed");
  // The sensor is frozen: a person walks in and out, and it sees nobody.
  expect(decided(a.confirm(button))).toEqual(["confirm-ignored aisle-input-unproven"]);
  a.walk();
  expect(sends(a.ask("open", 1))).toHaveLength(1);
});

test("of two aisles only the sensor of the open one proves anything, and either stops", () => {
  const a = seenArea(eyesSpec);
  const both = { "di-1.1": false, "di-1.2": false };
  a.told();
  a.eyes(both);
  a.eyes({ ...both, "di-1.2": true });
  a.eyes(both);
  expect(decided(a.confirm(button))).toEqual(["confirm-ignored aisle-input-unproven"]);
  a.eyes({ ...both, "di-1.1": true });
  a.eyes(both);
  expect(decided(a.confirm(button))).toEqual(["confirm-seen"]);
  a.eyes({ ...both, "di-1.2": true });
  expect(end(a.ask("open", 2))).toBe("refused aisle-occupied");
});

describe("beside a controller that counts people itself the stricter counts", () => {
  const counted = (people: number | null, entrySeq = 4, confirmedEntrySeq = 4) => ({
    occupancy: { people, entrySeq, confirmedEntrySeq },
    lastCommand: { wireId: 0, result: "none" as const, reason: null },
  });
  const cases: [string, Partial<ShelfStatus>, Record<string, boolean | null>, string][] = [
    ["the input sees somebody, the controller nobody", counted(0), somebody, "aisle-occupied"],
    ["the controller counts somebody, the input sees nobody", counted(1, 5, 5), clear, "aisle-occupied"],
    ["the controller does not know", counted(null), clear, "aisle-occupancy-unknown"],
    ["the input does not know", counted(0), lost, "aisle-input-unknown"],
    ["nobody confirmed at the panel", counted(0, 5, 4), clear, "aisle-not-confirmed"],
    ["nobody pressed the button", counted(0), {}, "aisle-input-not-confirmed"],
  ];
  test.each(cases)("%s", (name, told, states, code) => {
    const a = seenArea(seenSpec, []);
    a.status(counted(0));
    a.eyes(clear);
    if (!name.includes("button")) a.walk();
    a.status(told);
    a.eyes(states);
    expect(end(a.ask("open", 2))).toBe(`refused ${code}`);
  });

  test("both clear and both confirmed: it opens", () => {
    const a = seenArea(seenSpec, []);
    a.status(counted(0));
    a.eyes(clear);
    a.walk();
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });
});
