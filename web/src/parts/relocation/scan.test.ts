import { describe, expect, it } from "vitest";
import type { RelocationMove } from "../../../../src/contract/relocation.ts";
import { groupMoves, scanned } from "./scan.ts";

const move = (no: number, state: RelocationMove["state"], fromAisle = 1, toAisle = 3): RelocationMove => ({
  no,
  boxId: `b${no}`,
  barcode: `GW${no}`,
  epc: `E2${no}`,
  thicknessMm: 40,
  fromSlotId: "f",
  fromCode: `1-${no}`,
  fromAreaKey: "r1.1",
  fromAisle,
  toSlotId: "t",
  toCode: `2-${no}`,
  toAreaKey: "r1.2",
  toAisle,
  state,
  evidence: {},
  skipReason: null,
});

describe("a scan during a relocation", () => {
  const moves = [move(1, "planned"), move(2, "picked"), move(3, "placed")];

  it("of a box that waits picks it, by barcode or by tag", () => {
    expect(scanned(moves, null, " gw1\n")).toEqual({ kind: "pick", no: 1, barcode: "GW1" });
    expect(scanned(moves, null, "e21")).toMatchObject({ kind: "pick", no: 1 });
  });

  it("of a picked box asks for its slot, and the next scan puts it", () => {
    expect(scanned(moves, null, "GW2")).toEqual({ kind: "aim", no: 2 });
    expect(scanned(moves, 2, "2-02-A-01-01-01")).toEqual({ kind: "put", no: 2, locationCode: "2-02-A-01-01-01" });
  });

  it("of another box changes the aim instead of putting the first one into a barcode", () => {
    expect(scanned([move(2, "picked"), move(4, "picked")], 2, "GW4")).toEqual({ kind: "aim", no: 4 });
  });

  it("of a placed or a strange box does nothing", () => {
    expect(scanned(moves, null, "GW3")).toEqual({ kind: "over", barcode: "GW3" });
    expect(scanned(moves, null, "GW9")).toEqual({ kind: "unknown" });
  });
});

describe("the work list", () => {
  it("opens each aisle once for picks and once for puts, picks first", () => {
    const moves = [
      move(1, "planned", 1),
      move(2, "picked"),
      move(3, "planned", 2),
      move(4, "planned", 1),
      move(5, "placed"),
    ];
    const groups = groupMoves(moves).map((g) => [g.act, g.areaKey, g.aisle, g.moves.map((m) => m.no)]);
    expect(groups).toEqual([
      ["pick", "r1.1", 1, [1, 4]],
      ["pick", "r1.1", 2, [3]],
      ["put", "r1.2", 3, [2]],
    ]);
  });
});
