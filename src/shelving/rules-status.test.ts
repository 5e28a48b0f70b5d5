import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ErrorCode, errorTable } from "../contract/errors.ts";
import type { SafetyRuleId } from "../contract/safety-rules.ts";
import type { ColumnState, ShelfStatus } from "../contract/shelf.ts";
import { columnPositionsMm } from "../site/carriages.ts";
import type { AreaSpec } from "../site/schema.ts";
import { areaRules } from "./area-rules.ts";
import type { AreaEffect } from "./area-state.ts";
import { flaws, smallSpec } from "./exploring/alphabet.ts";
import { area, end, hasStop } from "./exploring/bench.ts";
import { judgeStatus } from "./plausible-status.ts";
import { whatMayIDo } from "./what-may-i-do.ts";

/** Five aisles: fixed, four mobile, fixed. */
const wideSpec: AreaSpec = {
  ...smallSpec,
  columns: [
    { no: 1, kind: "fixed", sides: ["B"] },
    { no: 2, to: 5, kind: "mobile", sides: ["A", "B"], tripEdges: ["left", "right"] },
    { no: 6, kind: "fixed", sides: ["A"] },
  ],
};

/** Carriages move at real speed, and messages are numbered as on MQTT. */
function wide(cannotKeep: readonly SafetyRuleId[] = []) {
  const a = area(cannotKeep, {}, { spec: wideSpec, limits: { railSpeedMaxMmPerS: 120 } });
  let seq = 0;
  const columns = (openAisle: number) =>
    [...columnPositionsMm(wideSpec, openAisle)].map(
      ([column, positionMm]): ColumnState => ({
        column,
        positionMm: Math.round(positionMm),
        motion: "still",
        fault: false,
      }),
    );
  return {
    a,
    columns,
    tell(change: Partial<ShelfStatus> = {}, waitMs = 200) {
      const openAisle = change.openAisle ?? 2;
      return a.status({ seq: ++seq, columns: columns(openAisle), openAisle, ...change }, waitMs);
    },
    get seq() {
      return seq;
    },
    may: (aisle = 4) => whatMayIDo(a.rules, a.state, a.atMs)[`open:${aisle}`],
  };
}

const told = (effects: AreaEffect[]) =>
  effects.flatMap((effect) => (effect.kind === "decision" && effect.decision === "implausible" ? [effect.code] : []));

describe("a status that cannot be so gives no permission, and the alarm names what contradicts", () => {
  const b = wide();
  const place = (column: number, positionMm: number | null) =>
    b.columns(2).map((one) => (one.column === column ? { ...one, positionMm } : one));
  const cases: [string, Partial<ShelfStatus>, ErrorCode][] = [
    ["no columns at all", { columns: [] }, "status-column-missing"],
    ["one missing", { columns: b.columns(2).slice(0, 5) }, "status-column-missing"],
    [
      "one that does not exist",
      { columns: [...b.columns(2), { ...place(2, 0)[1], column: 9 } as ColumnState] },
      "status-column-unknown",
    ],
    ["one twice", { columns: [...b.columns(2), ...b.columns(2).slice(3, 4)] }, "status-column-doubled"],
    ["a position missing though it is homed", { columns: place(3, null) }, "status-position-missing"],
    ["a position that is no number", { columns: place(3, Number.NaN) }, "status-position-outside"],
    ["beyond the rail's end", { columns: place(5, 99_000) }, "status-position-outside"],
    ["a fixed column elsewhere", { columns: place(1, 400) }, "status-position-outside"],
    ["one inside another", { columns: place(4, (columnPositionsMm(wideSpec, 2).get(5) ?? 0) - 300) }, "status-overlap"],
    ["another aisle open than the carriages leave", { openAisle: 3, columns: b.columns(2) }, "status-against-aisle"],
    ["none open though one stands at full width", { openAisle: 0, columns: b.columns(2) }, "status-against-aisle"],
    ["an aisle that does not exist", { openAisle: 9, columns: b.columns(2) }, "status-aisle-unknown"],
    ["half an aisle", { openAisle: 1.5, columns: b.columns(2) }, "status-aisle-unknown"],
    [
      "a count below nobody",
      { occupancy: { people: -1, entrySeq: 4, confirmedEntrySeq: 4 } },
      "status-count-impossible",
    ],
    [
      "confirmed before anybody entered",
      { occupancy: { people: 0, entrySeq: 4, confirmedEntrySeq: 9 } },
      "status-count-impossible",
    ],
    [
      "entries going back in one boot",
      { occupancy: { people: 0, entrySeq: 3, confirmedEntrySeq: 3 } },
      "status-entries-back",
    ],
    ["an old message", { seq: 1 }, "status-older"],
    ["a number that is none", { seq: Number.NaN }, "status-older"],
    ["the same number with another text", { seq: 2, temperatureC: 33 }, "status-same-number"],
  ];
  test.each(cases)("%s", (_, change, code) => {
    const one = wide();
    one.tell();
    one.tell();
    expect(one.may()).toBe(true);
    expect(told(one.tell(change))).toEqual([code]);
    expect(one.may()).toMatchObject({ code });
    expect(end(one.a.ask("open", 4))).toBe(`refused ${code}`);
    expect(Object.values(errorTable[code]).join("")).not.toContain("undefined");
    // At most one alarm a minute, however often it comes; each is counted.
    expect(told(one.tell({ ...change, ...(change.seq === undefined ? {} : { seq: change.seq }) }))).toEqual([]);
    expect(one.a.state.statusesRefused + one.a.state.statusesRepeated).toBe(2);
    // Plausible again, for a while.
    one.tell();
    expect(one.may()).toMatchObject({ code });
    for (let i = 0; i < 6; i++) one.tell();
    expect(one.may()).toBe(true);
  });
  test.each(cases)("%s, while it moves: stopped by that name", (_, change, code) => {
    const one = wide();
    one.tell();
    one.tell();
    one.a.ask("open", 4);
    one.a.written();
    const effects = one.tell(change);
    expect(end(effects)).toBe(`stopped ${code}`);
    expect(hasStop(effects)).toBe(true);
  });
});

describe("steel takes its time", () => {
  test("aisle 2, then 4, and no motion in between: an alarm, a STOP, and somebody has to look and reset", () => {
    const one = wide();
    one.tell();
    const jumped = one.tell({ openAisle: 4, columns: one.columns(4) });
    expect(told(jumped)).toEqual(["status-too-fast"]);
    expect(hasStop(jumped)).toBe(true);
    // Waiting alone does not help.
    for (let i = 0; i < 60; i++) one.tell({ openAisle: 4, columns: one.columns(4) });
    expect(one.may(2)).toMatchObject({ code: "area-needs-reset" });
    one.tell({ openAisle: 4, columns: one.columns(4), activity: "stopped" });
    one.tell({ openAisle: 4, columns: one.columns(4) });
    expect(one.may(2)).toBe(true);
  });
  test("a controller that tells no positions is measured by its aisles", () => {
    const one = wide(["S18"]);
    const without = (openAisle: number) => ({
      openAisle,
      columns: one.columns(openAisle).map((column) => ({ ...column, positionMm: null })),
    });
    one.tell(without(2));
    expect(one.may()).toBe(true);
    expect(told(one.tell(without(4)))).toEqual(["status-aisle-too-fast"]);
  });
  test("done sooner than the rails allow is no end", () => {
    const one = wide();
    one.tell();
    one.a.ask("open", 4);
    one.a.written();
    const lastCommand = { wireId: one.a.state.wireId, result: "done", reason: null } as const;
    const effects = one.tell({ openAisle: 4, columns: one.columns(4), lastCommand }, 900);
    expect(end(effects)).toBe("stopped status-too-fast");
    expect(hasStop(effects)).toBe(true);
  });
  test("a motion of which most polls were missed is none of that: there was time enough", () => {
    const one = wide();
    one.tell();
    one.tell({ activity: "opening", openAisle: 2 });
    expect(told(one.tell({ openAisle: 4, columns: one.columns(4) }, 20_000))).toEqual([]);
    expect(one.may(2)).toBe(true);
  });
});

describe("the newest counts", () => {
  test("an old picture of an empty aisle, fifty times a second, hides nobody", () => {
    const one = wide();
    one.tell();
    const old = { seq: one.seq, ...{ temperatureC: null } };
    one.tell({ occupancy: { people: 1, entrySeq: 5, confirmedEntrySeq: 4 } });
    for (let i = 0; i < 50; i++) {
      one.a.status({ ...old, openAisle: 2, columns: one.columns(2) }, 20);
      expect(one.may()).not.toBe(true);
      if (i % 10 === 0) {
        one.tell({ occupancy: { people: 1, entrySeq: 5, confirmedEntrySeq: 4 } }, 1);
        expect(one.may()).not.toBe(true);
      }
    }
    expect(one.a.state.status?.occupancy.people).toBe(1);
  });
  test("the very same message again is no news: it refreshes nothing and stops nothing", () => {
    const one = wide();
    one.tell();
    const again = { seq: one.seq, openAisle: 2, columns: one.columns(2) };
    for (let i = 0; i < 30; i++) expect(told(one.a.status(again, 50))).toEqual([]);
    expect(one.a.state.statusesRepeated).toBe(30);
    expect(one.may()).toMatchObject({ code: "area-stale" });
  });
  test("two boots that alternate: the second is a restart, the first again is two devices", () => {
    const one = wide();
    const clear = { occupancy: { people: 0, entrySeq: 4, confirmedEntrySeq: 4 } };
    one.tell({ bootId: 7 });
    expect(told(one.tell({ bootId: 8, ...clear }))).toEqual([]);
    expect(told(one.tell({ bootId: 7 }))).toEqual(["status-boot-again"]);
    for (let i = 0; i < 20; i++) {
      one.tell({ bootId: i % 2 === 0 ? 8 : 7, ...clear });
      expect(one.may()).not.toBe(true);
    }
    // The other one was taken off the line; a minute later this one counts as restarted.
    for (let i = 0; i < 310; i++) one.tell({ bootId: 7, ...clear });
    expect(one.may()).toBe(true);
  });
  test("a message in between that cannot be so does not let an older one through", () => {
    const one = wide();
    one.tell();
    one.tell({ columns: [] });
    expect(told(one.tell({ seq: one.seq - 1 }))).toEqual(["status-older"]);
  });
});

describe("danger counts whoever tells it", () => {
  test("a fire, and something that moves under a lock, in a status that cannot be so", () => {
    const one = wide();
    one.tell();
    one.a.lock("p1", "王工");
    const effects = one.tell({ columns: [], activity: "opening", alarms: ["fire"] });
    expect(hasStop(effects)).toBe(true);
    expect(effects).toContainEqual(expect.objectContaining({ decision: "under-lock", alarm: true }));
    expect(effects).toContainEqual(expect.objectContaining({ decision: "alarm", params: { alarm: "fire" } }));
  });
  test("a lock put on after such a status stops what it showed moving", () => {
    const one = wide();
    one.tell();
    one.tell({ columns: [], activity: "opening" });
    expect(one.a.lock("p1", "王工")[0]).toEqual({ kind: "stop" });
  });
  test("it confirms no STOP and shows no reset", () => {
    const one = wide();
    one.tell();
    one.a.stop();
    one.tell({ columns: [], activity: "stopped" });
    expect(one.a.state.stop).not.toBeNull();
    one.tell({ activity: "stopped" }, 1_100);
    one.tell({ columns: [] });
    expect(one.a.state.needsReset).not.toBeNull();
    one.tell({}, 1_100);
    expect(one.a.state.needsReset).toBeNull();
  });
});

describe("what is no contradiction", () => {
  test("a whole opening as a controller tells it, poll by poll", () => {
    const one = wide();
    const from = columnPositionsMm(wideSpec, 2);
    const to = columnPositionsMm(wideSpec, 4);
    one.tell();
    for (let gone = 0; gone <= 870; gone += 10) {
      const columns = one.columns(2).map((column) => {
        const wayMm = (to.get(column.column) ?? 0) - (from.get(column.column) ?? 0);
        const positionMm = Math.round(
          (from.get(column.column) ?? 0) + Math.sign(wayMm) * Math.min(Math.abs(wayMm), gone),
        );
        return { ...column, positionMm, motion: wayMm === 0 ? ("still" as const) : ("left" as const) };
      });
      expect(told(one.tell({ activity: "opening", openAisle: null, columns }))).toEqual([]);
    }
    expect(told(one.tell({ openAisle: 4, columns: one.columns(4) }))).toEqual([]);
    expect(one.may(2)).toBe(true);
  });
  test("cranked by hand, stopped half-way, unhomed after a power cut, homed again elsewhere", () => {
    const one = wide();
    const nowhere = one.columns(2).map((column) => ({ ...column, positionMm: null }));
    const notHomed = flaws.notHomed?.interlocks as ShelfStatus["interlocks"];
    const boot = { bootId: 8, occupancy: { people: 0, entrySeq: 0, confirmedEntrySeq: 0 } };
    one.tell();
    const rolls = one
      .columns(2)
      .map((column) => (column.column === 3 ? { ...column, motion: "left" as const } : column));
    for (const status of [
      { columns: rolls },
      {
        activity: "stopped" as const,
        openAisle: null,
        columns: rolls.map((column) => ({ ...column, motion: "still" as const })),
      },
      { ...boot, openAisle: null, activity: "stopped" as const, columns: nowhere, interlocks: notHomed },
      { ...boot, openAisle: 4, columns: one.columns(4) },
    ])
      expect(told(one.tell(status))).toEqual([]);
    expect(one.may(2)).toBe(true);
  });
  test("counters that wrap, and a registerMap without them", () => {
    const one = wide();
    one.tell({ occupancy: { people: 0, entrySeq: 65_534, confirmedEntrySeq: 65_534 } });
    expect(told(one.tell({ occupancy: { people: 1, entrySeq: 0, confirmedEntrySeq: 65_534 } }))).toEqual([]);
    const plc = wide(["S3", "S9", "S13", "S15", "S18"]);
    const none = { people: null, entrySeq: null, confirmedEntrySeq: null };
    const columns = plc.columns(2).map((column) => ({ ...column, positionMm: null }));
    for (let i = 0; i < 5; i++)
      expect(told(plc.tell({ bootId: null, seq: null, occupancy: none, lastCommand: null, columns }))).toEqual([]);
  });
});

test("whatever a controller tells: judged without an exception, and never believed with a column amiss", () => {
  const rules = areaRules("r1.1", wideSpec, []);
  const one = wide();
  one.tell();
  const anyMm = fc.oneof(fc.constant(null), fc.double(), fc.integer({ min: -100, max: 9_000 }));
  const anyColumn = fc.record({
    column: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.double()),
    positionMm: anyMm,
    motion: fc.constantFrom("still", "left", "right" as const),
    fault: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(anyColumn, { maxLength: 9 }),
      fc.option(fc.double()),
      fc.option(fc.double()),
      (columns, aisle, seq) => {
        const status = { ...(one.a.state.status as ShelfStatus), seq, openAisle: aisle, columns };
        const why = judgeStatus({ rules, state: one.a.state, status, atMs: one.a.atMs + 200 });
        const numbers = columns.map(({ column }) => column).sort();
        const isWhole =
          numbers.join() === "1,2,3,4,5,6" && columns.every(({ positionMm }) => Number.isFinite(positionMm ?? 0));
        if (!isWhole) expect(why).not.toBeNull();
      },
    ),
  );
});
