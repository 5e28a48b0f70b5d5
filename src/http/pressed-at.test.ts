import { expect, it } from "vitest";
import { pressedAt } from "./pressed-at.ts";

it("makes a request as old as its press, never younger than its arrival", () => {
  expect(pressedAt(undefined, 50_000)).toBe(50_000);
  expect(pressedAt("20000", 50_000)).toBe(20_000);
  expect(pressedAt("90000", 50_000)).toBe(50_000);
});

it("takes a moment that is none for older than everything", () => {
  for (const said of ["", "soon", "-5", "1e9", "NaN", "9".repeat(40), ["1", "2"]])
    expect(pressedAt(said, 50_000)).toBe(0);
});
