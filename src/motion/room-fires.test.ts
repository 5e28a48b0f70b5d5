import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoomAlarm } from "../contract/ports.ts";
import { raisedPerMinuteMax, roomFires } from "./room-fires.ts";

const fire: RoomAlarm = {
  ...{ roomId: "r1", deviceId: "rd-1", alarmId: "fire-1", level: "danger", kind: "fire" },
  ...{ isCleared: false, atMs: 0 },
};
const areas = [
  { areaKey: "r1.1", roomAlarm: null },
  { areaKey: "r10.1", roomAlarm: null },
];

describe("fire by two witnesses", () => {
  it("holds the room it is in, whoever told it, until both say that it is over", () => {
    const fires = roomFires(areas);
    expect(fires.heard(fire, 0)).toBe(true);
    expect([fires.holding("r1.1"), fires.holding("r10.1")]).toEqual(["fire", null]);
    fires.told("r1.1", "fire");
    expect(fires.heard({ ...fire, isCleared: true }, 1)).toBe(true);
    expect(fires.holding("r1.1")).toBe("fire");
    fires.told("r1.1", null);
    expect(fires.holding("r1.1")).toBeNull();
  });

  it("a person clears at the gateway what the device never takes back", () => {
    const fires = roomFires(areas);
    fires.heard(fire, 0);
    fires.told("r1.1", null);
    expect(fires.holding("r1.1")).toBe("fire");
    expect(fires.over(fire)).toBe(true);
    expect(fires.holding("r1.1")).toBeNull();
  });

  it("begins with what the gateway knew", () => {
    expect(roomFires([{ areaKey: "r1.1", roomAlarm: "smoke" }]).holding("r1.1")).toBe("smoke");
  });

  it("nothing but fire and smoke of a named device holds, and a fire called less goes on", () => {
    const fires = roomFires(areas);
    for (const other of [
      { deviceId: null },
      { kind: "water" },
      { level: "warning" as const },
      { level: "notice" as const },
    ])
      expect(fires.heard({ ...fire, ...other }, 0)).toBe(false);
    fires.heard(fire, 0);
    expect(fires.heard({ ...fire, level: "warning" }, 0)).toBe(false);
    expect(fires.holding("r1.1")).toBe("fire");
  });

  it("a device gone mad is news so often a minute, and never another's share", () => {
    const fires = roomFires(areas);
    let news = 0;
    for (let i = 0; i < 500; i++) {
      if (fires.heard(fire, i)) news++;
      fires.heard({ ...fire, isCleared: true }, i);
    }
    expect(news).toBe(raisedPerMinuteMax);
    expect(fires.heard({ ...fire, deviceId: "rd-2" }, 500)).toBe(true);
    expect(fires.heard(fire, 60_100)).toBe(true);
  });

  it("holds exactly while the gateway says so or something heard is not over", () => {
    const what = fc.constantFrom("fire", "smoke");
    const name = { deviceId: fc.constantFrom("a", "b"), alarmId: fc.constantFrom("1", "2") };
    const step = fc.oneof(
      fc.record({ do: fc.constant("hear" as const), ...name, kind: what, isCleared: fc.boolean() }),
      fc.record({ do: fc.constant("over" as const), ...name }),
      fc.record({ do: fc.constant("told" as const), what: fc.option(what) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: raisedPerMinuteMax }), (steps) => {
        const fires = roomFires(areas);
        const own = new Set<string>();
        let said: string | null = null;
        for (const one of steps) {
          if (one.do === "told") {
            said = one.what;
            fires.told("r1.1", one.what);
            continue;
          }
          const key = `${one.deviceId} ${one.alarmId}`;
          if (one.do === "over") own.delete(key);
          else if (one.isCleared) own.delete(key);
          else own.add(key);
          if (one.do === "over") fires.over({ roomId: "r1", ...one });
          else fires.heard({ ...fire, ...one }, 0);
          expect(fires.holding("r1.1") !== null).toBe(said !== null || own.size > 0);
        }
      }),
    );
  });
});
