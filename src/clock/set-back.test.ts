/** Found by the simulation: the machine's clock set back by a day held STOP back for a day. */
import { describe, expect, it } from "vitest";
import { neverBack } from "./clock.ts";

function machine() {
  let elapsedMs = 1_000;
  let offsetMs = 0;
  const nowMs = neverBack(
    () => 1_700_000_000_000 + elapsedMs + offsetMs,
    () => elapsedMs,
  );
  return {
    nowMs,
    pass: (ms: number) => {
      elapsedMs += ms;
    },
    set: (ms: number) => {
      offsetMs += ms;
    },
  };
}

describe("a clock that is set while the gateway runs", () => {
  it("shows the wall's time as long as nobody sets it", () => {
    const { nowMs, pass } = machine();
    const from = nowMs();
    pass(250);
    expect(nowMs() - from).toBe(250);
  });

  it("goes on forward when it is set back, so that no wait grows by more than itself", () => {
    const { nowMs, pass, set } = machine();
    const from = nowMs();
    set(-86_400_000);
    expect(nowMs()).toBe(from);
    pass(100);
    expect(nowMs() - from).toBe(50);
  });

  it("meets the wall again, and follows a step forward at once", () => {
    const { nowMs, pass, set } = machine();
    const from = nowMs();
    set(-1_000);
    nowMs();
    pass(3_000);
    expect(nowMs() - from).toBe(2_000);
    set(3_600_000);
    expect(nowMs() - from).toBe(3_602_000);
  });
});
