/** STOP's door judges by its copy; ages in it go by the monotonic clock, which nobody sets. */
import { describe, expect, it } from "vitest";
import { virtualClock } from "../clock/virtual-clock.ts";
import { addressOf } from "../contract/endpoints/endpoint.ts";
import { endpoints } from "../contract/endpoints/endpoints.ts";
import { hashSecret } from "../people/secret.ts";
import { answerPress } from "./answer-press.ts";
import { knownCallers } from "./known-callers.ts";

const dayMs = 86_400_000;
const secret = "a".repeat(43);

function door(leftMs: number) {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const callers = knownCallers();
  const caller = { actor: "person:1", mayStop: true, leftMs, language: null };
  callers.change([[hashSecret(secret), caller]], clock.monoMs());
  let fed = 0;
  const press = async (url: string = endpoints.stopAll.path) => {
    const { outcome } = await answerPress(
      { method: "POST", url, headers: { cookie: `guiwei=${secret}`, host: "x" } } as never,
      {
        callers,
        motion: { stop: async () => ++fed, isThere: () => true },
        origins: [],
        consolePort: () => null,
        takeStranger: () => true,
        monoMs: clock.monoMs,
        momentMs: clock.monoMs,
      },
    );
    return outcome.kind === "refused" ? outcome.code : outcome.kind;
  };
  return { clock, press };
}

it("is asked at the gateway's own addresses", async () => {
  const { press } = door(dayMs);
  expect(await press(endpoints.stopAll.path)).toBe("taken");
  expect(await press(addressOf(endpoints.stopArea, { params: { areaKey: "r1.1" } }))).toBe("taken");
  expect(await press(addressOf(endpoints.lockArea, { params: { areaKey: "r1.1" } }))).toBe("not-found");
});

describe("the clock is set while people are signed in", () => {
  it.each([dayMs, 400 * dayMs, -dayMs])("by %i ms: whoever was signed in still stops", async (byMs) => {
    const { clock, press } = door(12 * 3_600_000);
    expect(await press()).toBe("taken");
    clock.setWallBy(byMs);
    clock.advance(1_000);
    expect(await press()).toBe("taken");
  });

  it("and nobody longer than the session would have lasted anyway", async () => {
    const { clock, press } = door(60_000);
    clock.setWallBy(-dayMs);
    clock.advance(59_000);
    expect(await press()).toBe("taken");
    clock.advance(2_000);
    expect(await press()).toBe("not-signed-in");
  });
});
