import { describe, expect, it } from "vitest";
import { type CountedBox, type Heard, judgeCount, type LayerCoverage } from "./judge-count.ts";

const covered = (layerId: string, roundsHealthy = 5): [string, LayerCoverage] => [
  layerId,
  { layerId, roundsHealthy, why: null, readAtMs: 1_000 },
];
const dead = (layerId: string): [string, LayerCoverage] => [
  layerId,
  { layerId, roundsHealthy: 0, why: "antenna-missing", readAtMs: null },
];
const box = (name: string, over: Partial<CountedBox> = {}): CountedBox => ({
  boxId: name,
  barcode: name,
  epc: `E${name}`,
  place: "slot",
  layerId: "L1",
  locationCode: "1-01",
  sinceMs: 0,
  holderName: null,
  earlier: [],
  changedRevision: null,
  ...over,
});
const heard = (layerId: string, roundsAnswered: number, over: Partial<Heard> = {}): Heard => ({
  readerId: "r",
  antenna: 1,
  layerId,
  roundsAnswered,
  roundsHealthy: 5,
  strongestDbm: -55,
  lastAtMs: 500,
  ...over,
});
function judge(
  boxes: CountedBox[],
  heardBy: Record<string, Heard[]>,
  coverage: [string, LayerCoverage][],
  outside: CountedBox[] = [],
) {
  return judgeCount({
    boxes,
    coverage: new Map(coverage),
    heardByEpc: new Map(Object.entries(heardBy)),
    outsideByEpc: new Map(outside.map((one) => [one.epc ?? "", one])),
    roundsMin: 5,
  });
}

describe("judging a count", () => {
  it("finds a box whose own layer answered most rounds, whatever a neighbour overheard", () => {
    const [line] = judge([box("a")], { Ea: [heard("L2", 2), heard("L1", 5)] }, [covered("L1"), covered("L2")]);
    expect(line).toMatchObject({ class: "found", certainty: "confirmed", seenLayerId: "L1" });
  });

  it("calls a box misplaced for sure only when the other layer leads clearly", () => {
    const sure = judge([box("a")], { Ea: [heard("L2", 5)] }, [covered("L1"), covered("L2")]);
    expect(sure[0]).toMatchObject({ class: "misplaced", certainty: "confirmed", seenLayerId: "L2" });
    const unsure = judge([box("a")], { Ea: [heard("L2", 3), heard("L1", 1)] }, [covered("L1"), covered("L2")]);
    expect(unsure[0]).toMatchObject({ class: "misplaced", certainty: "suspected" });
  });

  it("says missing only after enough healthy rounds in its own layer", () => {
    expect(judge([box("a")], {}, [covered("L1", 5)])[0]).toMatchObject({ class: "missing", certainty: "confirmed" });
    expect(judge([box("a")], {}, [covered("L1", 4)])[0]).toMatchObject({ class: "notCovered" });
  });

  it("never says missing or misplaced of a layer whose antenna is dead, even when a neighbour overheard the box", () => {
    expect(judge([box("a")], {}, [dead("L1")])[0]).toMatchObject({
      class: "notCovered",
      explanation: { code: "antenna-missing" },
    });
    expect(judge([box("a")], { Ea: [heard("L2", 3)] }, [dead("L1"), covered("L2")])[0]).toMatchObject({
      class: "notCovered",
      explanation: { overheardIn: "L2" },
    });
  });

  it("explains a box taken during the count by its journal row, and one heard after it was taken as doubtful", () => {
    const taken = box("a", {
      place: "person",
      layerId: null,
      sinceMs: 600,
      holderName: "王",
      earlier: [{ layerId: "L1", revision: 7 }],
      changedRevision: 7,
    });
    expect(judge([taken], { Ea: [heard("L1", 5)] }, [covered("L1")])[0]).toMatchObject({
      class: "onLoan",
      certainty: "confirmed",
      explanation: { code: "taken-during-count", revision: 7 },
    });
    expect(judge([taken], { Ea: [heard("L1", 5, { lastAtMs: 900 })] }, [covered("L1")])[0]).toMatchObject({
      class: "onLoan",
      certainty: "suspected",
    });
  });

  it("reconciles a move during the count: heard where it stood before", () => {
    const moved = box("a", {
      layerId: "L2",
      sinceMs: 600,
      earlier: [{ layerId: "L1", revision: 9 }],
      changedRevision: 9,
    });
    expect(judge([moved], { Ea: [heard("L1", 5)] }, [covered("L1"), covered("L2")])[0]).toMatchObject({
      class: "found",
      explanation: { code: "moved-during-count", revision: 9 },
    });
  });

  it("does not call a box missing that came to its layer after the layer was read", () => {
    const late = box("a", { sinceMs: 2_000, changedRevision: 12 });
    expect(judge([late], {}, [covered("L1")])[0]).toMatchObject({
      class: "notCovered",
      explanation: { code: "placed-after-reading" },
    });
  });

  it("reports unknown tags as unexpected and lets quiet strays of other places be", () => {
    const lines = judge(
      [],
      { EX: [heard("L1", 5)], Eout: [heard("L1", 2)] },
      [covered("L1")],
      [box("out", { layerId: "L9" })],
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ class: "unexpected", epc: "EX", seenLayerId: "L1" });
  });

  it("lists a box without a tag as not covered", () => {
    expect(judge([box("a", { epc: null })], {}, [covered("L1")])[0]).toMatchObject({
      class: "notCovered",
      explanation: { code: "no-tag" },
    });
  });
});
