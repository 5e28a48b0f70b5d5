import { expect, it } from "vitest";
import { summaryNow } from "./summary.ts";

it("reads the calibrations of a stocktake that an earlier version finished", () => {
  expect(summaryNow({ found: 3, profiles: { "r1.1": 2 } })).toEqual({ found: 3, calibrations: { "r1.1": 2 } });
  expect(summaryNow({ calibrations: { "r1.1": 3 } })).toEqual({ calibrations: { "r1.1": 3 } });
  expect(summaryNow(null)).toEqual({});
});
