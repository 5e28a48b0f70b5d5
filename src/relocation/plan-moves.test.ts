import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planMoves } from "./plan-moves.ts";

const boxes = fc.array(fc.constantFrom(30, 40, 50), { maxLength: 60 }).map((list) =>
  list.map((thicknessMm, i) => ({
    boxId: `b${i}`,
    barcode: `B${i}`,
    thicknessMm,
    fromSlotId: `f${i}`,
    fromOrder: i,
  })),
);
const slots = fc
  .array(fc.constantFrom(35, 52), { maxLength: 60 })
  .map((list) => list.map((widthMm, i) => ({ slotId: `s${i}`, widthMm, order: i })));

describe("planning moves", () => {
  it("gives every box at most one slot, every slot at most one box, and only slots that are wide enough", () => {
    fc.assert(
      fc.property(boxes, slots, (someBoxes, someSlots) => {
        const plan = planMoves(someBoxes, someSlots);
        expect(new Set(plan.moves.map((move) => move.toSlotId)).size).toBe(plan.moves.length);
        expect(plan.moves.length + plan.withoutSlot.length).toBe(someBoxes.length);
        const width = new Map(someSlots.map((slot) => [slot.slotId, slot.widthMm]));
        const thickness = new Map(someBoxes.map((box) => [box.boxId, box.thicknessMm]));
        for (const move of plan.moves)
          expect(thickness.get(move.boxId)).toBeLessThanOrEqual(width.get(move.toSlotId) ?? 0);
      }),
    );
  });

  it("leaves a box behind only when no free slot takes it: thin boxes never crowd out thick ones", () => {
    fc.assert(
      fc.property(boxes, slots, (someBoxes, someSlots) => {
        const plan = planMoves(someBoxes, someSlots);
        const thick = someBoxes.filter((box) => box.thicknessMm > 35).length;
        const wide = someSlots.filter((slot) => slot.widthMm >= 52).length;
        const thin = someBoxes.length - thick;
        const narrow = someSlots.length - wide;
        const best = Math.min(thick, wide) + Math.min(thin, narrow + Math.max(0, wide - thick));
        expect(plan.moves.length).toBe(best);
      }),
    );
  });

  it("walks in the order of the shelves", () => {
    const plan = planMoves(
      [
        { boxId: "b", barcode: "B", thicknessMm: 30, fromSlotId: "f2", fromOrder: 2 },
        { boxId: "a", barcode: "A", thicknessMm: 30, fromSlotId: "f1", fromOrder: 1 },
      ],
      [
        { slotId: "s1", widthMm: 35, order: 1 },
        { slotId: "s2", widthMm: 35, order: 2 },
      ],
    );
    expect(plan.moves.map((move) => [move.no, move.boxId, move.toSlotId])).toEqual([
      [1, "a", "s1"],
      [2, "b", "s2"],
    ]);
  });
});
