import fc from "fast-check";
import { expect, it } from "vitest";
import type { RoomAlarm } from "../contract/ports.ts";
import { roomFires } from "../motion/room-fires.ts";
import { makeAlarmBook, standingMax } from "./alarm-book.ts";

const fire: RoomAlarm = {
  ...{ roomId: "r1", alarmId: "a1", level: "danger", kind: "fire", deviceId: "shelf-2" },
  ...{ isCleared: false, atMs: 0 },
};
const heat: RoomAlarm = { ...fire, level: "warning", kind: "heat", atMs: 1_000 };
let ids = 0;
const newBook = () => makeAlarmBook(() => `id-${++ids}`);

it("a fire that its device calls something less stays a fire until it is cleared, and what it is called is news once", () => {
  const book = newBook();
  expect(book.hear(fire).is).toBe("raised");
  expect(book.hear(heat)).toMatchObject({ is: "raised", rank: "warning", standing: { kind: "fire" } });
  expect(book.hear(heat).is).toBe("repeat");
  expect(book.all()).toMatchObject([{ level: "danger", kind: "fire" }]);
  expect(book.holding("r1")).toBe("fire");
  expect(book.hear({ ...heat, isCleared: true })).toMatchObject({ is: "cleared", rank: "fire" });
  expect([book.holding("r1"), book.all()]).toEqual([null, []]);
  // The next alarm with this name is a different one.
  expect(book.hear(heat)).toMatchObject({ is: "raised", standing: { kind: "heat" } });
  expect(book.hear(fire)).toMatchObject({ is: "raised", rank: "fire", standing: { kind: "fire" } });
});

it("a notice that is raised, taken back and raised again hours later is news each time, and a repeat is not", () => {
  const book = newBook();
  const notice = (isCleared: boolean, atMs: number): RoomAlarm => ({
    ...{ ...fire, alarmId: "door-open", level: "notice", kind: "door" },
    ...{ isCleared, atMs },
  });
  const said = [notice(false, 0), notice(false, 5), notice(true, 60_000), notice(false, 3_600_000)];
  expect([...said, notice(true, 3_660_000), notice(true, 3_660_001)].map((one) => book.hear(one).is)).toEqual([
    ...["raised", "repeat", "cleared", "raised"],
    ...["cleared", "repeat"],
  ]);
});

it("what motion heard by itself stands here whatever else of that device does", () => {
  const book = newBook();
  for (let i = 0; i < standingMax; i++) book.hear({ ...fire, alarmId: `old-${i}`, atMs: i * 60_000 });
  const late = { ...fire, alarmId: "new", atMs: standingMax * 60_000 };
  expect(book.hear(late)).toEqual({ is: "fault", fault: "over-budget" });
  expect(book.hear(late, false).is).toBe("raised");
  expect(book.isStanding(late)).toBe(true);
});

it("whatever a device says, what motion holds stands on the consoles, and clearing all that stands ends every hold", () => {
  const said = fc.record({
    alarmId: fc.constantFrom("a1", "a2"),
    level: fc.constantFrom("notice" as const, "warning" as const, "danger" as const),
    kind: fc.constantFrom("fire", "smoke", "heat"),
    isCleared: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(said, { maxLength: 18 }), (all) => {
      const book = newBook();
      const fires = roomFires([{ areaKey: "r1.1", roomAlarm: null }]);
      const tell = () => fires.told("r1.1", book.holding("r1"));
      for (const [at, one] of all.entries()) {
        const alarm = { ...fire, ...one, atMs: at * 60_000 };
        book.hear(alarm);
        if (fires.heard(alarm, alarm.atMs) && !alarm.isCleared) book.hear(alarm, false);
        tell();
        expect(fires.holding("r1.1") === null || book.holding("r1") !== null).toBe(true);
      }
      for (const standing of book.all()) {
        book.take(standing.id);
        fires.over(standing);
        tell();
      }
      expect(fires.holding("r1.1")).toBeNull();
    }),
  );
});
