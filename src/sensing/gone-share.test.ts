import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goneShare } from "./gone-share.ts";

const silences = fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { maxLength: 60 });

describe("the share of boxes that are gone", () => {
  it("stays what was believed where nothing was asked, and falls a little where everybody answers", () => {
    expect(goneShare(0.005, [], 0)).toBeCloseTo(0.005, 9);
    expect(goneShare(0.005, [], 400)).toBeCloseTo(0.0025, 9);
  });

  it("grows with boxes that no present tag would be so silent as, and hardly with a miss", () => {
    const gone = Array.from({ length: 13 }, () => 1e-6);
    expect(goneShare(0.005, gone, 860)).toBeCloseTo((2 + 13) / 1260, 4);
    expect(goneShare(0.005, [0.03], 860)).toBeLessThan(goneShare(0.005, [1e-6], 860));
  });

  it("is never more than three times what was believed, however many keep silent", () => {
    fc.assert(
      fc.property(silences, fc.nat(60), (unheard, others) => {
        const share = goneShare(0.005, unheard, unheard.length + others);
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(0.015);
      }),
    );
    expect(
      goneShare(
        0.005,
        Array.from({ length: 200 }, () => 1e-9),
        200,
      ),
    ).toBeCloseTo(0.015, 9);
  });
});
