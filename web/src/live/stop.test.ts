import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onSignedOut } from "./call.ts";
import { isStopKey, stopAll, stopRepeatMs, stopSendsMax, stopState } from "./stop.ts";
import { stopDoorIs, stopDoorUrl } from "./stop-door.ts";

beforeEach(() => {
  vi.useFakeTimers();
  stopState.set({ kind: "ready" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  stopDoorIs(null);
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

  describe("with a door of its own", () => {
    const taken = () => new Response("{}", { status: 202 });
    const away = () => Promise.reject(new TypeError("Failed to fetch"));
    const hanging = () => new Promise<Response>(() => undefined);
    /** Fakes the answers of both doors; records every address that was asked. */
    function doors(atDoor: () => Response | Promise<Response>, atGateway: () => Response | Promise<Response>) {
      stopDoorIs({ url: "https://stop.example/door/", port: 1 });
      vi.stubGlobal("location", new URL("https://archive.example:8080/room"));
      const asked: string[] = [];
      vi.stubGlobal("fetch", async (url: string) => {
        asked.push(url);
        return url.startsWith("https://stop.example/") ? atDoor() : atGateway();
      });
      return asked;
    }

    it("both are pressed at once, as one press", async () => {
      const asked = doors(taken, taken);
      await stopAll();
      const press = new URL(asked[0] as string).searchParams.get("press");
      expect(press).toMatch(/^[\w-]{8,64}$/);
      expect(asked).toEqual([`https://stop.example/door/api/v1/stop?press=${press}`, `/api/v1/stop?press=${press}`]);
    });

    it.each([
      ["the gateway hangs", taken, hanging, "stop-door"],
      ["the door hangs", hanging, taken, "gateway"],
      ["the door is away", away, taken, "gateway"],
      ["the door does not know us", () => new Response("{}", { status: 401 }), taken, "gateway"],
    ])("%s: the other one counts, and nobody is signed out", async (_, atDoor, atGateway, by) => {
      doors(atDoor, atGateway);
      const signedOut = vi.fn();
      const forget = onSignedOut(signedOut);
      await stopAll();
      forget();
      expect(stopState.get()).toMatchObject({ kind: "taken", by });
      expect(signedOut).not.toHaveBeenCalled();
    });

    it("what somebody said is shown, rather than that another did not answer", async () => {
      const zh = "移动控制进程没有应答";
      doors(() => new Response(JSON.stringify({ zh, en: "x" }), { status: 503 }), away);
      const pressed = stopAll();
      await vi.advanceTimersByTimeAsync(stopRepeatMs * stopSendsMax);
      await pressed;
      expect(stopState.get()).toMatchObject({ kind: "unanswered", zh });
    });

    it("its address is the page's host with its port, a path of that host, or wherever it was put", () => {
      const at = { protocol: "http:", hostname: "[::1]", href: "http://[::1]:8080/room?x" } as Location;
      stopDoorIs({ url: null, port: 8081 });
      expect(stopDoorUrl(at)).toBe("http://[::1]:8081/api/v1/stop");
      stopDoorIs({ url: "/stop-door", port: 8081 });
      expect(stopDoorUrl(at)).toBe("http://[::1]:8080/stop-door/api/v1/stop");
      stopDoorIs(null);
      expect(stopDoorUrl(at)).toBeNull();
    });
  });

  it("the key needs both modifiers", () => {
    expect(isStopKey({ ctrlKey: true, altKey: true, code: "KeyS" })).toBe(true);
    expect(isStopKey({ ctrlKey: true, altKey: false, code: "KeyS" })).toBe(false);
    expect(isStopKey({ ctrlKey: false, altKey: true, code: "KeyS" })).toBe(false);
  });
});
