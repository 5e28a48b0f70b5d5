import { describe, expect, it } from "vitest";
import { leadMs } from "../lead/lead-grant.ts";
import { rowWatch } from "./may-take.ts";

const row = (expiresAtMs: number, holder = "a", leftMs = 0) => ({ holder, expiresAtMs, leftMs });

describe("a lead that has run out by the database's clock", () => {
  it("is taken at the first look, and where there was none", () => {
    expect(rowWatch()(row(5_000), 0)).toBe(true);
    expect(rowWatch()(null, 0)).toBe(true);
  });

  it("is not taken while it was renewed within its time by our own count: the server's clock was set forward", () => {
    const mayTake = rowWatch();
    mayTake(row(5_000), 0);
    mayTake(row(6_000), 1_000);
    for (const atMs of [1_500, 3_000, 1_000 + leadMs - 1]) expect(mayTake(row(6_000), atMs)).toBe(false);
    expect(mayTake(row(6_000), 1_000 + leadMs)).toBe(true);
  });

  it("is taken at once where it was given up", () => {
    const mayTake = rowWatch();
    mayTake(row(5_000), 0);
    mayTake(row(6_000), 1_000);
    expect(mayTake(row(1_200), 1_500)).toBe(true);
    expect(mayTake(row(1_200), 2_000)).toBe(true);
  });

  it("is not given up by going back: a promoted replica was some seconds behind, and its holder may still move", () => {
    const mayTake = rowWatch();
    mayTake(row(20_000), 0);
    mayTake(row(21_000), 1_000);
    expect(mayTake(row(18_000, "a", 2_500), 1_500)).toBe(false);
    expect(mayTake(row(18_000), 4_000)).toBe(false);
    expect(mayTake(row(18_000), 1_500 + leadMs)).toBe(true);
  });

  it("of another holder begins to count anew, also where it ends earlier", () => {
    const mayTake = rowWatch();
    mayTake(row(50_000), 0);
    expect(mayTake(row(9_000, "b"), 1_000)).toBe(false);
    expect(mayTake(row(9_000, "b"), 1_000 + leadMs)).toBe(true);
  });
});
