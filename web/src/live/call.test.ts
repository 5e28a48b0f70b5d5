import { afterEach, describe, expect, it, vi } from "vitest";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { call, clearTheLine, newKey, onSignedOut, ProblemError } from "./call.ts";

const body = { name: "erp", roles: ["archivist" as const] };

afterEach(() => vi.unstubAllGlobals());

function answers(...list: (Response | Error)[]): RequestInit[] {
  const asked: RequestInit[] = [];
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    asked.push(init);
    const next = list.shift();
    if (next instanceof Error) throw next;
    return next;
  });
  return asked;
}

describe("call", () => {
  it("turns problem+json into an error with both languages", async () => {
    const problem = { code: "slot-taken", zh: "已有", en: "taken", problems: [{ path: "/x", zh: "甲", en: "a" }] };
    answers(new Response(JSON.stringify(problem), { status: 409 }));
    const error = await call(endpoints.listRooms).catch((e) => e);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 409, code: "slot-taken", zh: "已有", problems: [{ path: "/x" }] });
  });

  it("repeats a keyed call that never arrived, with the same key", async () => {
    const asked = answers(new TypeError("network"), new Response("{}", { status: 200 }));
    await call(endpoints.createToken, { body, key: "k1" });
    expect(asked.map((init) => new Headers(init.headers).get("idempotency-key"))).toEqual(["k1", "k1"]);
  });

  it("says of every repeat when the press was, by the gateway's own clock", async () => {
    const asked = answers(
      new Response("{}", { status: 200, headers: { "guiwei-now": "7000000" } }),
      new TypeError("network"),
      new Response("{}", { status: 200 }),
    );
    await call(endpoints.listRooms);
    await call(endpoints.createToken, { body, key: "k1" });
    const [, first, second] = asked.map((init) => new Headers(init.headers).get("guiwei-pressed"));
    expect(Number(first)).toBeGreaterThanOrEqual(7_000_000);
    expect(Number(first)).toBeLessThan(7_000_300);
    expect(second).toBe(first);
  });

  it("does not repeat a call without a key, nor one that was refused", async () => {
    const asked = answers(new TypeError("network"));
    await expect(call(endpoints.createToken, { body })).rejects.toMatchObject({ code: "unreachable" });
    expect(asked).toHaveLength(1);
    const refused = answers(new Response('{"code":"conflict"}', { status: 409 }));
    await expect(call(endpoints.createToken, { body, key: "k" })).rejects.toMatchObject({ code: "conflict" });
    expect(refused).toHaveLength(1);
  });

  it("STOP makes hanging calls give way", async () => {
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
      return new Promise((_resolve, reject) =>
        init.signal?.addEventListener("abort", () => reject(new Error("aborted"))),
      );
    });
    const hanging = call(endpoints.getJobs);
    clearTheLine();
    await expect(hanging).rejects.toMatchObject({ code: "stop-first" });
  });

  it("an answer that is not JSON is still a plain sentence", async () => {
    answers(new Response("<html>bad gateway</html>", { status: 502 }));
    await expect(call(endpoints.listRooms)).rejects.toMatchObject({ status: 502, zh: expect.stringContaining("502") });
  });

  it("says when the session has ended", async () => {
    const told = vi.fn();
    const off = onSignedOut(told);
    answers(new Response("{}", { status: 401 }));
    await call(endpoints.listRooms).catch(() => undefined);
    off();
    expect(told).toHaveBeenCalledOnce();
  });

  it("makes keys that are UUIDs and differ", () => {
    expect(newKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(newKey()).not.toBe(newKey());
  });
});
