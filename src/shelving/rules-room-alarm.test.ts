import { describe, expect, test } from "vitest";
import { area, end, hasStop, sends } from "./exploring/bench.ts";

const decisions = (effects: ReturnType<ReturnType<typeof area>["tick"]>) =>
  effects.flatMap((effect) => (effect.kind === "decision" ? [effect.decision] : []));

describe("S21 fire or smoke that a device of the room calls out", () => {
  test("stops what moves, at once, and starts nothing while it stands", () => {
    const a = area();
    a.opening();
    const effects = a.roomAlarm("fire");
    expect(effects[0]).toEqual({ kind: "stop" });
    expect(end(effects)).toBe("stopped area-room-alarm");
    a.status({}, 2_000);
    a.status({}, 2_000);
    const refused = a.ask("open", 2);
    expect(end(refused)).toBe("refused area-room-alarm");
    expect(refused).toContainEqual(expect.objectContaining({ kind: "settle", params: { alarm: "fire" } }));
  });

  test.each([[[]], [["S3", "S9", "S13", "S15", "S22"]]] as const)(
    "its end opens nothing: reset comes after it (%s)",
    (weak) => {
      const a = area(weak);
      a.status();
      a.roomAlarm("smoke");
      // Reset at the panel while it still burns: that reset does not count.
      a.status({ activity: "stopped" });
      a.status({ activity: "idle" });
      const over = a.roomAlarm(null);
      expect(hasStop(over)).toBe(true);
      expect(decisions(over)).toEqual(["room-alarm-over"]);
      a.status({ activity: "stopped" });
      expect(end(a.ask("open", 2))).toMatch(/refused area-(needs-reset|busy)/);
      a.status({ activity: "stopped", interlocks: { ...a.state.status?.interlocks, panelLoggedOut: true } as never });
      a.status();
      expect(sends(a.ask("open", 2))).toHaveLength(1);
    },
  );

  test("told again it is no news, and a restart of the gateway forgets neither it nor its end", () => {
    const a = area();
    a.status();
    a.roomAlarm("fire");
    expect(a.roomAlarm("fire")).toEqual([]);
    expect(decisions(a.roomAlarm("smoke"))).toEqual(["room-alarm"]);
    a.restart();
    a.status({}, 2_000);
    expect(end(a.ask("open", 2))).toBe("refused area-room-alarm");
  });

  test("the controller's own fire alarm latches as well when it is over", () => {
    const a = area();
    a.status({ alarms: ["fire"] });
    const over = a.status();
    expect(hasStop(over)).toBe(true);
    a.status({ activity: "stopped" });
    expect(end(a.ask("open", 2))).toBe("refused area-needs-reset");
    a.status();
    expect(sends(a.ask("open", 2))).toHaveLength(1);
  });

  test("over-speed is no fire: its end is the controller's own business", () => {
    const a = area();
    a.status({ alarms: ["over-speed"] });
    expect(hasStop(a.status())).toBe(false);
  });
});
