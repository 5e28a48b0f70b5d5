import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultCalibration } from "./calibration.ts";
import type { TagHeard } from "./evidence.ts";
import { judge, type KnownBox } from "./judge.ts";
import { antennaRows, evidenceOf, heardRow, layerId, testArea, testBox } from "./test-area.ts";

const area = testArea();
const ask = (boxes: KnownBox[]) => ({ area, calibration: defaultCalibration, boxes });
const one = (boxes: KnownBox[], heard: TagHeard[], rounds = 10, other = {}) =>
  judge(ask(boxes), evidenceOf(antennaRows(area, rounds, other), heard));

describe("judging one box", () => {
  const box = testBox("E1", "1B.1.2");

  it("confirms it where its record says", () => {
    const verdict = one([box], [heardRow(area, "E1", "1B.1.2", 10, -51)]).verdicts.get("E1")!;
    expect(verdict).toMatchObject({ outcome: "confirmed", layerId: layerId("1B.1.2") });
    expect(verdict.probability).toBeGreaterThan(0.999);
    expect(verdict.evidence[0]).toMatchObject({ readerId: "rd-1", antenna: 2, roundsOffered: 10, roundsAnswered: 10 });
  });

  it("contradicts the record when another layer hears it and its own does not", () => {
    const heard = [heardRow(area, "E1", "1B.1.3", 10, -51), heardRow(area, "E1", "1B.1.4", 2, -63)];
    const verdict = one([box], heard).verdicts.get("E1")!;
    expect(verdict).toMatchObject({ outcome: "contradicted", layerId: layerId("1B.1.3") });
  });

  it("stays suspicious of one weak stray", () => {
    const verdict = one([box], [heardRow(area, "E1", "1B.1.3", 1, -66)], 2).verdicts.get("E1")!;
    expect(verdict.outcome).toBe("suspected");
    expect(verdict.alternatives.length).toBeGreaterThan(1);
  });

  it("is lost after enough silent rounds of every layer, not before", () => {
    expect(one([box], [], 2).verdicts.get("E1")).toMatchObject({ outcome: "suspected", doubt: "rounds" });
    const lost = one([box], [], 12).verdicts.get("E1")!;
    expect(lost).toMatchObject({ outcome: "lost", layerId: null });
    expect(lost.present).toBeLessThan(0.001);
  });

  it("is not lost when its tag is known to be nearly dead", () => {
    const dead = testBox("E1", "1B.1.2", { history: { roundsOffered: 20, roundsAnswered: 1 } });
    expect(one([dead], [], 12).verdicts.get("E1")?.outcome).toBe("unreadable");
    const strange = testBox("E1", "1B.1.2", { history: { roundsOffered: 0, roundsAnswered: 0 } });
    expect(one([strange], [], 30).verdicts.get("E1")?.outcome).toBe("unreadable");
  });

  it("is not lost when its own antenna was unhealthy, nor when it may stand where one was", () => {
    const dead = { fault: "antenna-missing", roundsHealthy: 0 };
    expect(one([box], [], 30, { "1B.1.2": dead }).verdicts.get("E1")?.outcome).toBe("notCovered");
    const elsewhere = one([box], [], 30, { "2A.2.4": dead }).verdicts.get("E1")!;
    expect(elsewhere).toMatchObject({ outcome: "suspected", doubt: "coverage" });
  });

  it("names a tag of no box, and a box that should not be here", () => {
    const heard = [heardRow(area, "FF", "2A.1.1", 10, -52), heardRow(area, "E2", "2A.1.1", 10, -52)];
    const { verdicts } = one([testBox("E2", null), testBox("E3", null)], heard);
    expect(verdicts.get("FF")).toMatchObject({ outcome: "unknown", layerId: layerId("2A.1.1") });
    expect(verdicts.get("E2")).toMatchObject({ outcome: "contradicted", homeLayerId: null });
    expect(verdicts.has("E3")).toBe(false);
  });
});

describe("judging boxes together", () => {
  it("keeps a full layer's boxes apart from the one that does not fit", () => {
    const narrow = testArea(1, 3, [{ count: 2, widthMm: 60 }]);
    const boxes = ["A1", "A2"].map((epc) => testBox(epc, "1B.1.2"));
    const torn = [heardRow(narrow, "B1", "1B.1.2", 8, -54), heardRow(narrow, "B1", "1B.1.1", 7, -55.5)];
    const sure = boxes.map(({ epc }) => heardRow(narrow, epc, "1B.1.2", 8, -51));
    const question = { area: narrow, calibration: defaultCalibration, boxes: [...boxes, testBox("B1", null)] };
    const alone = judge(question, evidenceOf(antennaRows(narrow, 8), torn)).verdicts.get("B1")!;
    expect(alone.layerId).toBe(layerId("1B.1.2"));
    const together = judge(question, evidenceOf(antennaRows(narrow, 8), [...torn, ...sure])).verdicts.get("B1")!;
    expect(together.layerId).toBe(layerId("1B.1.1"));
  });
});

const places = area.layers.map(({ id }) => id.slice("r1.1.".length));
const place = fc.constantFrom(...places);
const homes = fc.array(place, { minLength: 1, maxLength: 30 });
const hearings = fc.array(
  fc.record({
    box: fc.nat(32),
    place,
    rounds: fc.integer({ min: 1, max: 6 }),
    dbm: fc.integer({ min: -75, max: -45 }),
  }),
  { maxLength: 60 },
);
type Hearing = { box: number; place: string; rounds: number; dbm: number };
const rowsOf = (list: readonly Hearing[]) =>
  list.map((one) => heardRow(area, `E${one.box}`, one.place, one.rounds, one.dbm));
const boxesOf = (list: readonly string[]) =>
  list.map((home, i) => testBox(`E${i}`, home, { thicknessMm: 30 + 10 * (i % 3) }));
const saidOf = (belief: ReturnType<typeof judge>) => [...belief.verdicts.values()];

describe("judging", () => {
  it("does not depend on the order of evidence or boxes", () => {
    fc.assert(
      fc.property(homes, hearings, fc.nat(), (home, heard, turn) => {
        const boxes = boxesOf(home);
        const rows = rowsOf(heard);
        const turned = <T>(list: T[]) =>
          list.length ? [...list.slice(turn % list.length), ...list.slice(0, turn % list.length)].reverse() : list;
        const a = judge(ask(boxes), evidenceOf(antennaRows(area, 6), rows));
        const b = judge(ask(turned(boxes)), evidenceOf(turned(antennaRows(area, 6)), turned(rows)));
        const near = (belief: typeof a) =>
          saidOf(belief).map(({ epc, outcome, layerId: at, probability }) => [
            epc,
            outcome,
            at,
            probability.toFixed(9),
          ]);
        expect(near(b)).toEqual(near(a));
      }),
    );
  });

  it("says after a visit what it would have said from scratch, and judges anew only what the visit touched", () => {
    fc.assert(
      fc.property(homes, hearings, hearings, place, (home, heard, later, at) => {
        const boxes = boxesOf(home);
        const first = judge(ask(boxes), evidenceOf(antennaRows(area, 6), rowsOf(heard)));
        const rows = rowsOf([
          ...heard.filter((one) => one.place !== at),
          ...later.map((one) => ({ ...one, place: at })),
        ]);
        const evidence = evidenceOf(
          antennaRows(area, 6, { [at]: { visit: 1, roundsHealthy: 7 } }),
          rows.map((row) =>
            row.antenna === heardRow(area, "", at, 1, 0).antenna &&
            row.readerId === heardRow(area, "", at, 1, 0).readerId
              ? { ...row, visit: 1 }
              : row,
          ),
        );
        expect(saidOf(judge(ask(boxes), evidence, first))).toEqual(saidOf(judge(ask(boxes), evidence)));
      }),
    );
  });

  it("says the same however many rounds each antenna had before and has now, fewer included", () => {
    const offered = fc.array(fc.nat(9), { minLength: places.length, maxLength: places.length });
    const tight = testArea(2, 4, [{ count: 3, widthMm: 60 }]);
    const believed = (home: string[], rounds: number[], heard: Hearing[], before?: ReturnType<typeof judge>) => {
      const rows = Object.fromEntries(places.map((at, i) => [at, { roundsHealthy: rounds[i]! }]));
      const boxes = before?.question.boxes ?? boxesOf(home);
      const question = before?.question ?? { ...ask([...boxes]), area: tight };
      return judge(question, evidenceOf(antennaRows(tight, 0, rows), rowsOf(heard)), before);
    };
    fc.assert(
      fc.property(homes, offered, offered, hearings, hearings, (home, first, then, heard, later) => {
        const before = believed(home, first, heard);
        const again = believed(home, then, later, before);
        expect(saidOf(again)).toEqual(saidOf(believed(home, then, later)));
        expect([...again.verdicts.keys()]).toEqual([...again.verdicts.keys()].sort());
      }),
      { numRuns: 300 },
    );
  });

  it("judges anew only what a visit touched", () => {
    const big = testArea(6, 4);
    const boxes = big.layers.flatMap(({ id }, i) =>
      [1, 2, 3].map((n) => testBox(`E${i}.${n}`, id.slice("r1.1.".length))),
    );
    const question = { area: big, calibration: defaultCalibration, boxes };
    const heard = boxes.map(({ epc, layerId: at }) => heardRow(big, epc, at!.slice("r1.1.".length), 6, -52));
    const evidence = evidenceOf(antennaRows(big, 6), heard);
    const before = judge(question, evidence);
    const after = { ...evidence, antennas: new Map(evidence.antennas) };
    const antenna = evidence.antennas.get("rd-1:1")!;
    after.antennas.set("rd-1:1", { ...antenna, roundsOffered: 7 });
    const again = judge(question, after, before);
    expect(before.rejudged).toBe(boxes.length);
    expect(again.rejudged).toBeLessThan(boxes.length / 2);
    expect(again.rejudged).toBeGreaterThan(0);
  });

  it("weighs a torn tag anew when a third layer's antenna kept silent for longer", () => {
    const box = testBox("E1", "1B.1.1");
    const heard = [heardRow(area, "E1", "1B.1.1", 3, -60), heardRow(area, "E1", "1B.1.2", 3, -58)];
    const first = judge(ask([box]), evidenceOf(antennaRows(area, 6), heard));
    const before = { ...first.question };
    const longer = evidenceOf(antennaRows(area, 6, { "1B.1.3": { roundsHealthy: 30 } }), heard);
    // The lists of reads stay the same objects: only the silence is new.
    const evidence = { antennas: longer.antennas, heardByEpc: first.evidence.heardByEpc };
    const [again, scratch] = [judge(first.question, evidence, first), judge(before, evidence)];
    expect(scratch.verdicts.get("E1")!.probability).not.toBeCloseTo(first.verdicts.get("E1")!.probability, 6);
    expect(saidOf(again)).toEqual(saidOf(scratch));
  });

  it("never raises a silent box's presence by more silent rounds", () => {
    fc.assert(
      fc.property(place, fc.nat(20), fc.nat(20), (home, rounds, answered) => {
        const history = { roundsOffered: 20, roundsAnswered: answered };
        const box = testBox("E1", home, { history });
        const present = (n: number) => one([box], [], n).verdicts.get("E1")!.present;
        expect(present(rounds + 1)).toBeLessThanOrEqual(present(rounds) + 1e-12);
      }),
    );
  });

  it("is not changed by unhealthy coverage, whatever it claims to have heard", () => {
    fc.assert(
      fc.property(homes, hearings, place, hearings, (home, heard, at, lies) => {
        const boxes = boxesOf(home);
        const quiet = heard.filter((row) => row.place !== at);
        const sick = { [at]: { fault: "timeout", roundsHealthy: 0 } };
        const said = judge(ask(boxes), evidenceOf(antennaRows(area, 6, sick), rowsOf(quiet)));
        const untrue = rowsOf(lies.map((row) => ({ ...row, place: at })));
        const told = judge(ask(boxes), evidenceOf(antennaRows(area, 6, sick), [...rowsOf(quiet), ...untrue]));
        expect(saidOf(told)).toEqual(saidOf(said));
        for (const verdict of saidOf(said))
          if (verdict.homeLayerId === layerId(at)) expect(verdict.outcome).not.toBe("lost");
      }),
    );
  });
});
