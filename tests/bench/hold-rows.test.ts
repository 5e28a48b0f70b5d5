import { expect, it } from "vitest";
import { type HoldRow, isOver, lesserHold, machineHolds, measuresOf } from "./hold-rows.ts";

const row = (name: string, more: Partial<HoldRow> = {}): HoldRow => ({
  ...{
    name,
    seconds: 2,
    note: "",
    ownHoldMs: 1,
    emptyHoldMs: 4,
    plainHoldMs: 6,
    loadPerCore: 2,
    answerMs: 5,
    stopsMs: [2],
    apiStopsMs: [3],
  },
  beats: { holdMs: 5, watchedMs: 4_000, beats: 40, stops: 1 },
  openings: { done: 1, broken: {}, tooOld: 0, refused: {} },
  ...more,
});
const broken = { openings: { done: 0, broken: { "beat-lost": 1 }, tooOld: 0, refused: {} } };
const aged = { openings: { done: 0, broken: {}, tooOld: 1, refused: {} } };
const held = (holdMs: number) => ({ beats: { holdMs, watchedMs: 4_000, beats: 40, stops: 0 } });
const failing = (rows: HoldRow[], isQuick = true) =>
  measuresOf("hold", rows, isQuick)
    .filter(({ failsRun, isMet }) => failsRun && isMet === false)
    .map(({ name }) => name);

it("fails a quick run for a broken motion, an aged wish, and a hold beyond the empty loop's by more than 50 ms", () => {
  expect(failing([row("a"), row("b")])).toEqual([]);
  expect(failing([row("a", broken)])).toEqual(["hold: motions broken"]);
  expect(failing([row("a", aged)])).toEqual(["hold: wishes refused for their age"]);
  expect(failing([row("a", { ...held(60), emptyHoldMs: 4 })])).toEqual(["hold: a"]);
  expect(failing([row("a", { ...held(300), emptyHoldMs: 260 })])).toEqual([]);
  expect(failing([row("a", { ...held(600), emptyHoldMs: 500 })])).toEqual([]);
});

it("tells apart what a machine broke that held the empty loop as long, and still says it", () => {
  const rows = [row("calm"), row("starved", { ...broken, emptyHoldMs: 700 }), row("calm again"), row("far", broken)];
  expect(failing(rows)).toEqual(["hold: motions broken"]);
  const said = measuresOf("hold", rows, true);
  const byMachine = said.find(({ name }) => name.includes("by a machine that starves its programs"));
  expect(byMachine).toMatchObject({ value: 1, note: "starved" });
  expect(said.find(({ name }) => name === "hold: motions broken")).toMatchObject({ value: 1, note: "far" });
  expect(failing([row("starved", { ...aged, plainHoldMs: 900 })])).toEqual([]);
  const crowded = { loadPerCore: 9 };
  expect(
    failing([
      row("a", { ...broken, ...crowded }),
      row("b", { ...aged, ...crowded }),
      row("c", { ...held(90), ...crowded }),
    ]),
  ).toEqual([]);
  // What holds only the gateway's rank is no reason for a motion to break.
  expect(failing([row("a", { ...broken, plainHoldMs: 900 })])).toEqual(["hold: motions broken"]);
});

it("excuses nothing in a run on a quiet machine", () => {
  const rows = [row("starved", { ...broken, ...held(60), emptyHoldMs: 700 })];
  const unmet = measuresOf("hold", rows, false).filter(({ isMet }) => isMet === false);
  expect(unmet.map(({ name }) => name)).toEqual(["hold: starved", "hold: motions broken"]);
});

it("looks at the rows beside: a motion lasts longer than a row", () => {
  const rows = [row("a", { emptyHoldMs: 80 }), row("b"), row("c", { ownHoldMs: 90 }), row("d")];
  expect(machineHolds(rows).map(({ firstMs }) => firstMs)).toEqual([80, 90, 90, 90]);
});

it("fails when a row's load failed or nothing moved meanwhile", () => {
  const still = { beats: { holdMs: 0, watchedMs: 0, beats: 0, stops: 0 } };
  expect(failing([row("a", { note: "FAILED: 500" }), row("b", still)])).toEqual([
    "hold: rows whose load failed",
    "hold: rows without motion to watch",
  ]);
});

it("of two measurements keeps the lesser hold, and everything that broke or aged in either", () => {
  const bad = row("a", { ...held(200), ...broken });
  expect([isOver(bad), isOver(row("a", held(54)))]).toEqual([true, false]);
  const both = lesserHold(bad, row("a", { ...held(30), ...aged }));
  expect(both.beats.holdMs).toBe(30);
  expect(both.openings).toMatchObject({ tooOld: 1, broken: { "beat-lost": 1 } });
  expect(both.note).toContain("measured again, 196 ms above");
  // A load that cannot be asked twice tells nothing of the first.
  const again = row("a", { ...held(1), note: "FAILED: no such move" });
  expect(lesserHold(row("a", held(200)), again).beats.holdMs).toBe(200);
});
