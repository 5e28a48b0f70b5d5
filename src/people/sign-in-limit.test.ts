import { describe, expect, test } from "vitest";
import { makeSignInLimit, signInLimits } from "./sign-in-limit.ts";

const minuteMs = 60_000;
const attacker = { login: "admin", address: "10.9.9.9", browser: null };

/** Tries without pause for this long; returns how many were checked. */
function guess(
  limit: ReturnType<typeof makeSignInLimit>,
  tried: typeof attacker,
  fromMs: number,
  forMs: number,
): number {
  let checked = 0;
  for (let atMs = fromMs; atMs < fromMs + forMs; atMs += 1_000) if (limit.attempt(tried, atMs).waitS === 0) checked++;
  return checked;
}

describe("guessing is slow", () => {
  test("each failure makes the next wait twice as long, and trying meanwhile makes it no longer", () => {
    const limit = makeSignInLimit();
    const waits: number[] = [];
    let atMs = 0;
    for (let i = 1; i < signInLimits.freeTries + 9; i++) {
      expect(limit.attempt(attacker, atMs).waitS).toBe(0);
      if (i < signInLimits.freeTries) continue;
      const { waitS } = limit.attempt(attacker, atMs);
      expect(limit.attempt(attacker, atMs).waitS).toBe(waitS);
      waits.push(waitS);
      atMs += waitS * 1_000;
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900]);
  });

  test("one address checks a dozen passwords in the first quarter of an hour, then a few an hour", () => {
    const limit = makeSignInLimit();
    expect(guess(limit, attacker, 0, 15 * minuteMs)).toBeLessThanOrEqual(13);
    expect(guess(limit, attacker, 15 * minuteMs, 60 * minuteMs)).toBeLessThanOrEqual(5);
  });

  test("a thousand addresses together are held to two a minute for one login", () => {
    const limit = makeSignInLimit();
    let checked = 0;
    for (let atMs = 0; atMs < 60 * minuteMs; atMs += 1_000)
      for (let i = 0; i < 20; i++) {
        const address = `10.${Math.floor(atMs / 1_000) % 200}.${i}.1`;
        if (limit.attempt({ ...attacker, address }, atMs).waitS === 0) checked++;
      }
    expect(checked).toBeLessThanOrEqual(signInLimits.loginTries + 120 + 1);
  });

  test("an IPv6 customer has one share, not 2^64", () => {
    const limit = makeSignInLimit();
    let checked = 0;
    for (let i = 0; i < 200; i++)
      if (limit.attempt({ ...attacker, address: `2001:db8:1:1::${i.toString(16)}` }, 0).waitS === 0) checked++;
    expect(checked).toBe(signInLimits.freeTries);
  });
});

describe("nobody is locked out by it", () => {
  test("the owner gets in from another address, and from the attacked one with a known browser", () => {
    const limit = makeSignInLimit();
    guess(limit, attacker, 0, 30 * minuteMs);
    const nowMs = 30 * minuteMs;
    expect(limit.attempt(attacker, nowMs).waitS).toBeGreaterThan(0);
    expect(limit.attempt({ ...attacker, address: "10.0.0.2" }, nowMs).waitS).toBe(0);
    expect(limit.attempt({ ...attacker, browser: "b1" }, nowMs).waitS).toBe(0);
  });

  test("a known browser gets in also while a thousand addresses guess", () => {
    const limit = makeSignInLimit();
    for (let i = 0; i < 1_000; i++) limit.attempt({ ...attacker, address: `10.1.${i >> 8}.${i & 255}` }, 0);
    expect(limit.attempt({ ...attacker, address: "10.0.0.2" }, 0).waitS).toBeGreaterThan(0);
    expect(limit.attempt({ ...attacker, address: "10.0.0.2", browser: "b1" }, 0).waitS).toBe(0);
  });

  test("so does the owner at an address where they have signed in before, without any cookie", () => {
    const limit = makeSignInLimit();
    const owner = { ...attacker, address: "10.0.0.2" };
    limit.attempt(owner, 0);
    limit.succeeded(owner);
    for (let i = 0; i < 1_000; i++) limit.attempt({ ...attacker, address: `10.1.${i >> 8}.${i & 255}` }, 0);
    expect(limit.attempt(owner, 0).waitS).toBe(0);
  });

  test("everybody else behind the attacker's address signs in, who has done so before at once, others within seconds", () => {
    const limit = makeSignInLimit();
    const colleague = { login: "li", address: attacker.address, browser: null };
    limit.attempt(colleague, 0);
    limit.succeeded(colleague);
    for (let i = 0; i < 50; i++) limit.attempt({ ...attacker, login: `guess-${i % 10}` }, minuteMs);
    expect(limit.attempt({ ...colleague, login: "wang" }, minuteMs).waitS).toBe(0);
    for (let i = 0; i < 5_000; i++) limit.attempt({ ...attacker, login: `spray-${i}` }, minuteMs);
    expect(limit.attempt(colleague, minuteMs).waitS).toBe(0);
    expect(limit.attempt({ ...colleague, login: "zhao" }, minuteMs).waitS).toBeLessThanOrEqual(2);
  });

  test("a known browser that was stolen guesses as slowly as an address", () => {
    const limit = makeSignInLimit();
    expect(guess(limit, { ...attacker, browser: "b1" } as never, 0, 15 * minuteMs)).toBeLessThanOrEqual(13);
  });

  test("right passwords cost nothing, however many", () => {
    const limit = makeSignInLimit();
    for (let i = 0; i < 500; i++) {
      expect(limit.attempt(attacker, i).waitS).toBe(0);
      limit.succeeded(attacker);
    }
  });
});

test("a refusal is told once in a quarter of an hour", () => {
  const limit = makeSignInLimit();
  let told = 0;
  for (let atMs = 0; atMs < 14 * minuteMs; atMs += 1_000) if (limit.attempt(attacker, atMs).isFirstRefusal) told++;
  expect(told).toBe(1);
});
