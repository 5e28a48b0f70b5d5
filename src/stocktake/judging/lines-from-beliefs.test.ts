import { describe, expect, it } from "vitest";
import type { Outcome, Verdict } from "../../sensing/verdict.ts";
import { type JudgedBox, type LayerCoverage, linesFromBeliefs } from "./lines-from-beliefs.ts";

const covered = (layerId: string): [string, LayerCoverage] => [
  layerId,
  { layerId, roundsHealthy: 5, why: null, readAtMs: 1_000 },
];
const dead = (layerId: string): [string, LayerCoverage] => [
  layerId,
  { layerId, roundsHealthy: 0, why: "antenna-missing", readAtMs: null },
];
const box = (name: string, over: Partial<JudgedBox> = {}): JudgedBox => ({
  boxId: name,
  barcode: name,
  epc: `E${name}`,
  place: "slot",
  layerId: "L1",
  locationCode: "1-01",
  middleMm: 100,
  thicknessMm: 30,
  history: { roundsOffered: 0, roundsAnswered: 0 },
  sinceMs: 0,
  holderName: null,
  earlier: [],
  changedRevision: null,
  ...over,
});

/** A verdict of the judge about tag Ea; `heard`: rounds that read it, by layer. */
function says(
  outcome: Outcome,
  layerId: string | null,
  heard: Record<string, number>,
  over: Partial<Verdict> = {},
): Verdict {
  const evidence = Object.entries(heard).map(([at, roundsAnswered]) => ({
    ...{ readerId: "r", antenna: 1, layerId: at, roundsOffered: 5, roundsAnswered },
    meanDbm: -55,
  }));
  return {
    ...{ epc: "Ea", outcome, layerId, homeLayerId: "L1", probability: 0.999, present: 1, doubt: null },
    alternatives: [],
    evidence,
    ...over,
  };
}

function judge(
  boxes: JudgedBox[],
  verdicts: Verdict[],
  coverage: [string, LayerCoverage][],
  more: { outside?: JudgedBox[]; lastHeardAtMs?: Record<string, number> } = {},
) {
  const byEpc = new Map<string, Verdict[]>();
  for (const one of verdicts) byEpc.set(one.epc, [...(byEpc.get(one.epc) ?? []), one]);
  return linesFromBeliefs({
    boxes,
    coverage: new Map(coverage),
    verdictsByEpc: byEpc,
    outsideByEpc: new Map((more.outside ?? []).map((one) => [one.epc ?? "", one])),
    lastHeardAtMs: (_, layerId) => more.lastHeardAtMs?.[layerId] ?? 500,
  });
}

describe("lines of a stocktake", () => {
  it("finds a box that the judge confirms, and doubts one that it only suspects there", () => {
    expect(judge([box("a")], [says("confirmed", "L1", { L1: 5, L2: 2 })], [covered("L1")])[0]).toMatchObject({
      class: "found",
      certainty: "confirmed",
      seenLayerId: "L1",
      proposals: [],
    });
    expect(judge([box("a")], [says("suspected", "L1", { L1: 1, L2: 1 })], [covered("L1")])[0]).toMatchObject({
      class: "found",
      certainty: "suspected",
    });
  });

  it("calls a box misplaced for sure only where the judge is sure", () => {
    const sure = judge([box("a")], [says("contradicted", "L2", { L2: 5 })], [covered("L1"), covered("L2")]);
    expect(sure[0]).toMatchObject({
      class: "misplaced",
      certainty: "confirmed",
      seenLayerId: "L2",
      proposals: ["putBack", "correctHome"],
    });
    const unsure = judge([box("a")], [says("suspected", "L2", { L2: 3, L1: 1 })], [covered("L1"), covered("L2")]);
    expect(unsure[0]).toMatchObject({ class: "misplaced", certainty: "suspected" });
  });

  it("says missing for sure only of a box that is lost within the bound", () => {
    expect(judge([box("a")], [says("lost", null, { L1: 0 })], [covered("L1")])[0]).toMatchObject({
      class: "missing",
      certainty: "confirmed",
      proposals: ["search"],
    });
    const open = says("suspected", "L1", { L1: 0 }, { doubt: "rounds" });
    expect(judge([box("a")], [open], [covered("L1")])[0]).toMatchObject({
      class: "missing",
      certainty: "suspected",
      explanation: { code: "not-heard-unsure" },
    });
    const seldom = says("unreadable", null, { L1: 0 }, { doubt: "tag", present: 0.1 });
    expect(judge([box("a")], [seldom], [covered("L1")])[0]).toMatchObject({
      class: "missing",
      certainty: "suspected",
      explanation: { code: "not-heard-tag" },
    });
    const tag = says("unreadable", "L1", { L1: 0 }, { doubt: "tag", present: 0.6 });
    expect(judge([box("a")], [tag], [covered("L1")])[0]).toMatchObject({
      class: "notCovered",
      explanation: { code: "tag-never-read" },
      proposals: ["replaceTag", "search"],
    });
    const shy = box("a", { history: { roundsOffered: 12, roundsAnswered: 1 } });
    expect(judge([shy], [tag], [covered("L1")])[0]).toMatchObject({ explanation: { code: "tag-unreadable" } });
  });

  it("never says missing of a layer whose antenna is dead, even when a neighbour overheard the box", () => {
    const silent = says("notCovered", null, {}, { doubt: "coverage" });
    expect(judge([box("a")], [silent], [dead("L1")])[0]).toMatchObject({
      class: "notCovered",
      explanation: { code: "antenna-missing" },
    });
    const overheard = says("suspected", "L1", { L2: 3 });
    expect(judge([box("a")], [overheard], [dead("L1"), covered("L2")])[0]).toMatchObject({
      class: "notCovered",
      explanation: { code: "antenna-missing", overheardIn: "L1" },
    });
  });

  it("believes the area that heard a box for certain, not the one that calls it lost", () => {
    const lost = says("lost", null, { L1: 0 });
    const there = says("contradicted", "M7", { M7: 5 }, { homeLayerId: null });
    expect(judge([box("a")], [lost, there], [covered("L1"), covered("M7")])[0]).toMatchObject({
      class: "misplaced",
      seenLayerId: "M7",
    });
  });

  it("explains a box taken during the stocktake by its journal row, and one heard after it was taken as doubtful", () => {
    const over = { place: "person", layerId: null, sinceMs: 400, holderName: "王", changedRevision: 12 } as const;
    const before = says("contradicted", "L1", { L1: 5 }, { homeLayerId: null });
    const taken = judge([box("a", over)], [before], [covered("L1")], { lastHeardAtMs: { L1: 300 } });
    expect(taken[0]).toMatchObject({
      class: "onLoan",
      certainty: "confirmed",
      explanation: { code: "taken-during-count", holder: "王", revision: 12 },
    });
    const after = judge([box("a", over)], [before], [covered("L1")], { lastHeardAtMs: { L1: 900 } });
    expect(after[0]).toMatchObject({ class: "onLoan", certainty: "suspected", proposals: ["return"] });
  });

  it("explains a box moved during the stocktake where it was heard before the move", () => {
    const moved = box("a", { earlier: [{ layerId: "L2", revision: 7 }], changedRevision: 7, sinceMs: 600 });
    const heardBefore = says("contradicted", "L2", { L2: 5 });
    expect(judge([moved], [heardBefore], [covered("L1"), covered("L2")])[0]).toMatchObject({
      class: "found",
      explanation: { code: "moved-during-count", revision: 7 },
    });
    const heardAfter = judge([moved], [heardBefore], [covered("L1"), covered("L2")], { lastHeardAtMs: { L2: 700 } });
    expect(heardAfter[0]).toMatchObject({ class: "misplaced" });
  });

  it("does not miss a box that came after its layer had been read", () => {
    const late = box("a", { changedRevision: 9, sinceMs: 2_000 });
    expect(judge([late], [says("lost", null, { L1: 0 })], [covered("L1")])[0]).toMatchObject({
      class: "notCovered",
      explanation: { code: "placed-after-reading", revision: 9 },
    });
  });

  it("lists tags of no box, and boxes of elsewhere only where the judge is sure", () => {
    const stray = says("unknown", "L1", { L1: 5 }, { epc: "Ex", homeLayerId: null });
    expect(judge([], [stray], [covered("L1")])[0]).toMatchObject({
      class: "unexpected",
      certainty: "confirmed",
      epc: "Ex",
      proposals: ["bindTag"],
    });
    const outside = [box("b", { layerId: "L9", epc: "Eb" })];
    const sure = says("contradicted", "L1", { L1: 5 }, { epc: "Eb", homeLayerId: "L9" });
    expect(judge([], [sure], [covered("L1")], { outside })[0]).toMatchObject({
      class: "misplaced",
      certainty: "suspected",
      explanation: { code: "belongs-outside-scope" },
    });
    expect(judge([], [{ ...sure, outcome: "suspected" }], [covered("L1")], { outside })).toEqual([]);
  });

  it("says that a box without a tag cannot be judged, and that a place unknown to the journal was heard", () => {
    expect(judge([box("a", { epc: null })], [], [covered("L1")])[0]).toMatchObject({
      class: "notCovered",
      explanation: { code: "no-tag" },
    });
    const lostPlace = box("a", { place: "unknown", layerId: null });
    const there = says("contradicted", "L2", { L2: 5 }, { homeLayerId: null });
    expect(judge([lostPlace], [there], [covered("L2")])[0]).toMatchObject({
      class: "unexpected",
      seenLayerId: "L2",
      proposals: ["correctHome"],
    });
    expect(judge([lostPlace], [], [covered("L2")])).toEqual([]);
  });
});
