import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isStopKey, stopAll, stopRepeatMs, stopSendsMax, stopState } from "./stop.ts";

beforeEach(() => {
  vi.useFakeTimers();
  stopState.set({ kind: "ready" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("STOP", () => {
  it("goes out at once and is taken when the gateway answers", async () => {
    const fetched = vi.fn(async () => new Response(null, { status: 202 }));
    vi.stubGlobal("fetch", fetched);
    const pressed = stopAll();
    await vi.advanceTimersByTimeAsync(0);
    expect(fetched).toHaveBeenCalledOnce();
    await pressed;
    expect(stopState.get().kind).toBe("taken");
    await vi.advanceTimersByTimeAsync(stopRepeatMs * stopSendsMax);
    expect(fetched).toHaveBeenCalledOnce();
  });

  it("is sent again beside a hanging one, and the first answer counts", async () => {
    let sends = 0;
    vi.stubGlobal("fetch", () => {
      sends++;
      return sends === 1 ? new Promise(() => undefined) : Promise.resolve(new Response(null, { status: 202 }));
    });
    const pressed = stopAll();
    await vi.advanceTimersByTimeAsync(stopRepeatMs);
    await pressed;
    expect(stopState.get().kind).toBe("taken");
  });

  it("says so when nobody answered", async () => {
    vi.stubGlobal("fetch", async () => {
      const body = { code: "stop-not-confirmed", zh: "请立即按下现场的急停按钮！", en: "press the emergency stop" };
      return new Response(JSON.stringify(body), { status: 504 });
    });
    const pressed = stopAll();
    await vi.advanceTimersByTimeAsync(stopRepeatMs * stopSendsMax);
    await pressed;
    expect(stopState.get()).toMatchObject({ kind: "unanswered", zh: "请立即按下现场的急停按钮！" });
  });

  it("the key needs both modifiers", () => {
    expect(isStopKey({ ctrlKey: true, altKey: true, code: "KeyS" })).toBe(true);
    expect(isStopKey({ ctrlKey: true, altKey: false, code: "KeyS" })).toBe(false);
    expect(isStopKey({ ctrlKey: false, altKey: true, code: "KeyS" })).toBe(false);
  });
});
