import { describe, expect, it } from "vitest";
import { defaultCalibration } from "./calibration.ts";
import { type Evidence, gatherEvidence, noEvidence, type TagHeard } from "./evidence.ts";
import { judge, type KnownBox } from "./judge.ts";
import { defaultReading, planReading, type ReadingReach } from "./plan-reading.ts";
import { antennaRows, evidenceOf, heardRow, testArea, testBox } from "./test-area.ts";

const area = testArea();
const reach: ReadingReach = { isReadable: () => true, pairOf: (readerId) => readerId, roundMs: () => 50 };
const boxes = ["1B.1.1", "1B.1.2", "2A.2.3"].map((place, i) => testBox(`E${i}`, place));
const beliefOf = (evidence: Evidence, all: KnownBox[] = boxes) =>
  judge({ area, calibration: defaultCalibration, boxes: all }, evidence);

/** Carries plans out until one says stop; `hears`: which boxes answer their own antenna. */
function readAll(hears: (epc: string) => boolean, own: Partial<ReadingReach> = {}) {
  let belief = beliefOf(noEvidence);
  const rounds = new Map<string, number>();
  for (let step = 0; step < 200; step++) {
    const plan = planReading(belief, { ...reach, ...own });
    if (plan.isDone) return { belief, rounds, steps: step };
    const heard: TagHeard[] = [];
    const antennas = plan.orders.map(({ readerId, antenna, rounds: roundsHealthy }) => {
      rounds.set(`${readerId}:${antenna}`, (rounds.get(`${readerId}:${antenna}`) ?? 0) + roundsHealthy);
      for (const { epc, layerId: at } of boxes) {
        const row = heardRow(area, epc, at!.slice("r1.1.".length), roundsHealthy, -52);
        if (row.readerId === readerId && row.antenna === antenna && hears(epc)) heard.push(row);
      }
      return { readerId, antenna, roundsHealthy, fault: null };
    });
    belief = judge(belief.question, gatherEvidence({ antennas, heard }, belief.evidence), belief);
  }
  throw new Error("the plan never ends");
}

describe("planning what to read", () => {
  it("reads every antenna once first, and stops there when everybody answered", () => {
    const plan = planReading(beliefOf(noEvidence), reach);
    expect(plan.orders).toHaveLength(area.antennas.length);
    expect(plan.orders.every(({ rounds, why }) => rounds === 1 && why === "first")).toBe(true);
    const { belief, rounds } = readAll(() => true);
    expect([...rounds.values()].every((count) => count === 1)).toBe(true);
    expect([...belief.verdicts.values()].map(({ outcome }) => outcome)).toEqual([
      "confirmed",
      "confirmed",
      "confirmed",
    ]);
  });

  it("asks where somebody is silent until the bound is reached, elsewhere as little as the bound allows", () => {
    const { belief, rounds } = readAll((epc) => epc !== "E0");
    expect(belief.verdicts.get("E0")).toMatchObject({ outcome: "lost" });
    expect(belief.verdicts.get("E0")!.present).toBeLessThanOrEqual(0.001);
    expect(rounds.get("rd-1:1")).toBeGreaterThan(3);
    expect(rounds.get("rd-2:6")).toBeLessThan(rounds.get("rd-1:1")!);
  });

  it("does not chase a nearly dead tag", () => {
    const dead = testBox("E9", "1B.1.1", { history: { roundsOffered: 20, roundsAnswered: 0 } });
    const belief = beliefOf(evidenceOf(antennaRows(area, 1)), [dead]);
    expect(planReading(belief, reach)).toMatchObject({ isDone: true, openBoxes: 0 });
  });

  it("calls a silent box with a tag that seldom answers unreadable, not present, and asks on while rounds tell", () => {
    const seldom = testBox("E9", "1B.1.1", { history: { roundsOffered: 8, roundsAnswered: 3 } });
    const silentFor = (rounds: number, box: KnownBox) => beliefOf(evidenceOf(antennaRows(area, rounds)), [box]);
    expect(silentFor(1, testBox("E9", "1B.1.1")).verdicts.get("E9")?.outcome).toBe("suspected");
    const belief = silentFor(4, seldom);
    expect(belief.verdicts.get("E9")).toMatchObject({ outcome: "unreadable", doubt: "rounds" });
    expect(planReading(belief, reach).orders).toMatchObject([{ readerId: "rd-1", antenna: 1, why: "silent" }]);
  });

  it("asks a box's own antenna, but nobody else, where no silence could settle it", () => {
    const weak = testBox("E9", "1B.1.1", { history: { roundsOffered: 40, roundsAnswered: 20 } });
    const { orders } = planReading(beliefOf(evidenceOf(antennaRows(area, 1)), [weak]), reach);
    expect(orders).toMatchObject([{ readerId: "rd-1", antenna: 1, why: "silent" }]);
    const after = planReading(beliefOf(evidenceOf(antennaRows(area, defaultReading.roundsMax)), [weak]), reach);
    expect(after.orders).toEqual([]);
    const early = beliefOf(evidenceOf([...antennaRows(area, 1, { "1B.1.1": { roundsHealthy: 12 } })]), [weak]);
    expect(planReading(early, reach).orders).toEqual([]);
  });

  it("goes on for a thin margin up to the verdict's threshold, and gives up sooner on a wide one", () => {
    const box = testBox("E9", "1B.1.1");
    const heardFor = (rounds: number, awayDbm: number) => {
      const heard = [heardRow(area, "E9", "1B.1.1", rounds, -60), heardRow(area, "E9", "1B.1.2", rounds, awayDbm)];
      const belief = beliefOf(evidenceOf(antennaRows(area, rounds), heard), [box]);
      return { verdict: belief.verdicts.get("E9")!, plan: planReading(belief, reach) };
    };
    const byDbm = Array.from({ length: 200 }, (_, i) => heardFor(5, -60 + i / 10));
    const between = (least: number, most: number) =>
      byDbm.filter(({ verdict }) => verdict.probability >= least && verdict.probability < most);
    const [thin, wide, sure] = [between(0.97, 0.99), between(0, 0.97), between(0.99, 1.1)];
    for (const list of [thin, wide, sure]) expect(list.length).toBeGreaterThan(0);
    expect(thin.every(({ plan }) => plan.orders.length > 0 && plan.orders.every(({ why }) => why === "layer"))).toBe(
      true,
    );
    expect([...wide, ...sure].every(({ plan }) => plan.isDone)).toBe(true);
  });

  it("ends although a box stays silent before an antenna that cannot be read", () => {
    const { belief, rounds } = readAll((epc) => epc !== "E0", { isReadable: (key) => key !== "rd-1:1" });
    expect(belief.verdicts.get("E0")?.outcome).toBe("notCovered");
    expect(rounds.has("rd-1:1")).toBe(false);
  });

  it("never asks an antenna for more rounds than the rules allow", () => {
    const weak = { history: { roundsOffered: 20, roundsAnswered: 9 } };
    const rules = { ...defaultReading, roundsMax: 5 };
    const belief = beliefOf(evidenceOf(antennaRows(area, 5)), [testBox("E0", "1B.1.1", weak)]);
    expect(planReading(belief, reach, rules).orders).toEqual([]);
    expect(belief.verdicts.get("E0")).toMatchObject({ outcome: "unreadable", doubt: "rounds" });
  });

  it("tells the time left by pairs: shared ones add up, others run side by side", () => {
    const belief = beliefOf(noEvidence);
    const apart = planReading(belief, reach).remaining;
    const shared = planReading(belief, { ...reach, pairOf: () => "pair-1" }).remaining;
    expect(shared.expectedRounds).toBe(apart.expectedRounds);
    expect(shared.expectedMs / apart.expectedMs).toBeGreaterThan(1.5);
    expect(shared.expectedMs).toBeLessThanOrEqual(2 * apart.expectedMs);
    const done = planReading(readAll(() => true).belief, reach).remaining;
    expect(done).toEqual({ expectedMs: 0, expectedRounds: 0, expectedLooks: 0 });
  });
});
