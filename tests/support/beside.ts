import { describe } from "vitest";

/**
 * A suite whose cases run in their order, beside the other ones of its file: those with rooms of their own that mostly wait for
 * clocks take no processor from each other.
 */
export function beside(title: string, suite: () => void, isAble = true): void {
  describe.skipIf(!isAble).concurrent(title, () => {
    describe.sequential("in order", suite);
  });
}
