import { expect, it } from "vitest";
import { asPercent } from "./as-percent.ts";

it("a probability is told in two decimals and never as certainty", () => {
  const told = [0.0001, 0.001, 0.05, 0.5, 0.98765, 0.9999].map(asPercent);
  expect(told).toEqual(["0.01%", "0.1%", "5%", "50%", "98.77%", "99.99%"]);
  expect([0, 0.00001, 0.99995, 1].map(asPercent)).toEqual(["<0.01%", "<0.01%", ">99.99%", ">99.99%"]);
});
