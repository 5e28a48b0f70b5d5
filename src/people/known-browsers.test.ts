import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { browserCookieName, makeKnownBrowsers } from "./known-browsers.ts";

const browsers = makeKnownBrowsers(randomBytes(32), randomBytes);
const cookie = (value: string) => `guiwei=${"x".repeat(43)}; ${browserCookieName}=${value}`;

describe("a browser that has signed in before", () => {
  test("is known for that login and no other, under one id for good", () => {
    const once = browsers.add(undefined, "Li");
    const id = browsers.find(cookie(once), "li");
    expect(id).toEqual(expect.any(String));
    expect(browsers.find(cookie(once), "wang")).toBeNull();
    expect(browsers.find(cookie(browsers.add(cookie(once), "li")), "li")).toBe(id);
    expect(browsers.any(cookie(once))).toBe(id);
  });

  test("a shared terminal knows five, the oldest is forgotten", () => {
    let value = "";
    for (const login of ["a", "b", "c", "d", "e", "f"]) value = browsers.add(cookie(value), login);
    expect(["a", "b", "f"].map((login) => browsers.find(cookie(value), login) !== null)).toEqual([false, true, true]);
  });

  test("what was made up or came from another gateway counts for nothing", () => {
    const foreign = makeKnownBrowsers(randomBytes(32), randomBytes).add(undefined, "li");
    expect(browsers.find(cookie(foreign), "li")).toBeNull();
    const own = browsers.add(undefined, "li");
    fc.assert(
      fc.property(fc.string(), fc.nat(own.length - 1), (junk, at) => {
        const spoilt = own.slice(0, at) + (own[at] === "A" ? "B" : "A") + own.slice(at + 1);
        return browsers.any(cookie(junk)) === null && browsers.find(cookie(spoilt), "li") === null;
      }),
    );
  });
});
