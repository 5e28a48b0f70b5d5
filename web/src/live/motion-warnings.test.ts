import { expect, test } from "vitest";
import { motionWarnings, takeWarning } from "./motion-warnings.ts";

const warning = { verb: "open", aisle: 3, movesAtMs: 5_000 };

test("a warning stands until its area's view has none; other areas' stay", () => {
  takeWarning({ areaKey: "r1.1", warning });
  takeWarning({ areaKey: "r1.2", warning: { ...warning, aisle: 2 } });
  takeWarning({ areaKey: "r1.1", warning });
  expect(motionWarnings.get().map(({ areaKey }) => areaKey)).toEqual(["r1.2", "r1.1"]);
  takeWarning({ areaKey: "r1.1", warning: null });
  expect(motionWarnings.get()).toEqual([{ ...warning, aisle: 2, areaKey: "r1.2" }]);
  const before = motionWarnings.get();
  takeWarning({ areaKey: "r1.1", warning: null });
  expect(motionWarnings.get()).toBe(before);
});
