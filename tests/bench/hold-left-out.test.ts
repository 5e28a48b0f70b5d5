import { expect, it } from "vitest";
import { leftOut, leftOutMeasure } from "./hold-left-out.ts";

it("fails the run for a changing route that no row asks and that nobody left out on purpose", () => {
  const known = Object.keys(leftOut);
  expect(leftOutMeasure("hold", known)).toMatchObject({ isMet: true, failsRun: true });
  const one = leftOutMeasure("hold", [...known, "POST /api/v1/boxes/{id}/burn"]);
  expect(one).toMatchObject({ isMet: false, failsRun: true, note: "POST /api/v1/boxes/{id}/burn: no row asks it" });
  expect(leftOutMeasure("hold", known.slice(1))).toMatchObject({
    isMet: false,
    note: expect.stringContaining("is gone"),
  });
});
