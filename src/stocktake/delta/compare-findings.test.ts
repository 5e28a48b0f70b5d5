import { describe, expect, it } from "vitest";
import { compareFindings, type DeltaLine, type KnownFinding } from "./compare-findings.ts";

const line = (kind: string, boxId: string | null, more: Partial<DeltaLine> = {}): DeltaLine => ({
  ...{ class: kind, boxId, epc: boxId && `E${boxId}`, expectedLayerId: "1A", seenLayerId: null, explanation: {} },
  ...more,
});
const known = (kind: string, subject: string, seenLayerId: string | null = null): KnownFinding => ({
  ...{ class: kind, subject, expectedLayerId: "1A", seenLayerId },
});
const scope = { layerIds: new Set(["1A", "1B"]), covered: new Set(["1A"]) };
const compare = (before: KnownFinding[], lines: DeltaLine[]) => {
  const { raised, settled } = compareFindings(before, lines, scope);
  return { raised: raised.map((one) => one.boxId ?? one.epc), settled: settled.map((one) => one.subject) };
};

describe("what a delta stocktake tells", () => {
  it("differences, and nothing that stands where it should, was lent or not covered", () => {
    const lines = [
      line("found", "a"),
      line("missing", "b"),
      line("misplaced", "c", { seenLayerId: "1B" }),
      line("unexpected", null, { epc: "E9" }),
      line("notCovered", "d"),
      line("onLoan", "e", { explanation: { code: "taken-during-count" } }),
      line("onLoan", "f", { explanation: { code: "on-loan-but-heard" } }),
    ];
    expect(compare([], lines)).toEqual({ raised: ["b", "c", "E9", "f"], settled: [] });
  });
  it("a silent tag that was never read, once, until it is heard", () => {
    const never = line("notCovered", "a", { explanation: { code: "tag-never-read" } });
    expect(compare([], [never])).toEqual({ raised: ["a"], settled: [] });
    // By the next stocktake this tag has been asked before.
    const again = line("notCovered", "a", { explanation: { code: "tag-unreadable" } });
    expect(compare([known("notCovered", "a")], [again])).toEqual({ raised: [], settled: [] });
    expect(compare([known("notCovered", "a")], [line("found", "a")])).toEqual({ raised: [], settled: ["a"] });
    expect(compare([known("notCovered", "a")], [line("missing", "a")]).raised).toEqual(["a"]);
  });
  it("the same once, another place anew", () => {
    expect(compare([known("missing", "a")], [line("missing", "a")])).toEqual({ raised: [], settled: [] });
    const seen = (seenLayerId: string) => [line("misplaced", "a", { seenLayerId })];
    expect(compare([known("misplaced", "a", "1A")], seen("1A"))).toEqual({ raised: [], settled: [] });
    expect(compare([known("misplaced", "a", "1A")], seen("1B"))).toEqual({ raised: ["a"], settled: [] });
  });
  it("a box that was told to stand behind another aisle is not told as missing again", () => {
    expect(compare([known("misplaced", "a", "4B")], [line("missing", "a")])).toEqual({ raised: [], settled: [] });
    expect(compare([known("missing", "a")], [line("misplaced", "a", { seenLayerId: "1B" })]).raised).toEqual(["a"]);
  });
});

describe("what it settles", () => {
  it("a box that is back", () => {
    expect(compare([known("missing", "a")], [line("found", "a")]).settled).toEqual(["a"]);
  });
  it("a tag that is heard no more, if its layer was covered", () => {
    expect(compare([known("unexpected", "E9", "1A")], []).settled).toEqual(["E9"]);
    expect(compare([known("unexpected", "E9", "1B")], []).settled).toEqual([]);
  });
  it("nothing that was not covered", () => {
    expect(compare([known("missing", "a")], [line("notCovered", "a")]).settled).toEqual([]);
  });
});
