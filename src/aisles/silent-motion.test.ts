import { describe, expect, test } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import type { Refusal } from "../contract/errors.ts";
import { deathMsMax, silentMotion, silentMsMax, watchEveryMs } from "./silent-motion.ts";

function watched() {
  const clock = virtualClock(0);
  const told: Refusal[] = [];
  let kills = 0;
  const silence = silentMotion(clock, (words) => void told.push(words));
  const motion = { pid: process.pid, kill: () => void kills++ };
  return {
    ...{ clock, told, silence },
    kills: () => kills,
    pass(ms: number) {
      for (let at = 0; at < ms; at += watchEveryMs) {
        clock.advance(watchEveryMs);
        silence.look(motion);
      }
    },
  };
}

describe("a motion that says nothing", () => {
  test("is ended; one that the system itself holds is told of once, by its number, and ended again as soon as that works", () => {
    const { pass, kills, told, silence } = watched();
    pass(silentMsMax);
    expect(kills()).toBe(0);
    pass(watchEveryMs);
    expect(kills()).toBe(1);
    pass(deathMsMax - watchEveryMs);
    expect(told).toEqual([]);
    pass(60_000);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ code: "motion-not-ended", params: { pid: process.pid } });
    expect(kills()).toBeGreaterThan(60);
    // Another motion begins, and falls silent, too.
    silence.heard();
    pass(silentMsMax + deathMsMax + 2 * watchEveryMs);
    expect(told).toHaveLength(2);
  });

  test("is not blamed for a gateway that was held itself", () => {
    const { clock, pass, kills } = watched();
    pass(1_000);
    clock.advance(60_000);
    pass(silentMsMax);
    expect(kills()).toBe(0);
  });
});
