import { describe, expect, it } from "vitest";
import { linesOf, scopeOf } from "./scope.ts";

describe("the scope of a stocktake", () => {
  it("takes a scanned or pasted list, each barcode once", () => {
    expect(linesOf("GW1\nGW2\r\n GW1，GW3;GW4\t")).toEqual(["GW1", "GW2", "GW3", "GW4"]);
  });

  it("the whole room names nothing, a part only what was chosen", () => {
    const base = { roomId: "r1", presentMax: 0.001 } as const;
    expect(scopeOf({ ...base, what: "whole", areaKeys: ["r1.1"] })).toEqual({});
    expect(scopeOf({ ...base, what: "part", areaKeys: ["r1.1"], columns: [], sides: ["A"], sampleBoxes: 5 })).toEqual({
      areaKeys: ["r1.1"],
      sides: ["A"],
      sampleBoxes: 5,
    });
    expect(scopeOf({ ...base, what: "list", barcodes: "GW1 GW2", sampleBoxes: 5 })).toEqual({
      barcodes: ["GW1", "GW2"],
    });
  });
});
