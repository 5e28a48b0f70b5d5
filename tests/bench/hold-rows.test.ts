import { expect, it } from "vitest";
import { type HoldRow, isOver, lesserHold, machineHolds, measuresOf, toRepeat } from "./hold-rows.ts";

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
  expect(failing([row("a", { ...held(600), emptyHoldMs: 500 })])).toEqual(["hold: a"]);
});

const starved = (name: string, more: Partial<HoldRow> = broken) => row(name, { ...more, emptyHoldMs: 700 });
const excused = "hold: rows that a starved machine broke, and that went well the second time";

it("excuses one row that the machine broke and that went well the second time, by name", () => {
  const rows = [row("calm"), starved("starved", { ...broken, repeat: row("starved") }), row("calm again")];
  expect(failing(rows)).toEqual([]);
  expect(measuresOf("hold", rows, true).find(({ name }) => name === excused)).toMatchObject({
    value: 1,
    note: "starved",
  });
  // Another one that nothing held fails, whatever is excused beside it.
  const all = [...rows, row("far", broken)];
  expect(failing(all)).toEqual(["hold: motions broken"]);
  expect(measuresOf("hold", all, true).find(({ name }) => name === "hold: motions broken")).toMatchObject({
    value: 1,
    note: "far",
  });
});

it("excuses no second row, none that was not measured again, and none that goes wrong again", () => {
  const well = (name: string) => starved(name, { ...broken, repeat: row(name) });
  expect(failing([well("a"), row("-"), row("-"), well("b")])).toEqual([excused]);
  expect(failing([starved("a")])).toEqual(["hold: motions broken"]);
  expect(failing([starved("a", { ...broken, repeat: row("a", broken) })])).toEqual(["hold: motions broken"]);
  expect(failing([starved("a", { ...broken, repeat: starved("a") })])).toEqual(["hold: motions broken"]);
  expect(failing([starved("a", { ...broken, repeat: row("a", { note: "FAILED: 500" }) })])).toContain(
    "hold: motions broken",
  );
});

it("measures again what the empty loops beside were held through, and only a few rows of it", () => {
  const names = (rows: HoldRow[]) => toRepeat(rows).map(({ name }) => name);
  const far = () => [row("-"), row("-")];
  expect(names([starved("a"), ...far(), row("b", broken), ...far(), starved("calm", {})])).toEqual(["a"]);
  expect(names([row("aged", { ...aged, plainHoldMs: 900 })])).toEqual(["aged"]);
  // What holds only the gateway's rank breaks no motion, and a crowd of programs is no measure of anything.
  expect(names([row("a", { ...broken, plainHoldMs: 900 })])).toEqual([]);
  expect(names([row("a", { ...broken, loadPerCore: 90 })])).toEqual([]);
  expect(names([starved("a", held(900))])).toEqual(["a"]);
  expect(names([1, 2, 3].flatMap((i) => [starved(`${i}`), ...far()]))).toEqual(["1", "2", "3"]);
  expect(names([1, 2, 3, 4].flatMap((i) => [starved(`${i}`), ...far()]))).toEqual([]);
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
