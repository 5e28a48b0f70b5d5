import { describe, expect, it } from "vitest";
import { gatherEvidence, rowsOfCoverage } from "./evidence.ts";

const antenna = (visit: number, roundsHealthy: number, fault: string | null = null) => ({
  ...{ readerId: "rd-1", antenna: 3, visit, roundsHealthy, fault },
});
const heard = (visit: number, roundsAnswered: number, meanDbm: number | null) => ({
  ...{ epc: "e2ab", readerId: "rd-1", antenna: 3, visit, roundsAnswered, meanDbm },
});

describe("gathering evidence", () => {
  it("adds up rounds of one visit, strengths by rounds", () => {
    const evidence = gatherEvidence({
      antennas: [antenna(1, 3), antenna(1, 5)],
      heard: [heard(1, 1, -50), heard(1, 3, -54)],
    });
    expect(evidence.antennas.get("rd-1:3")?.roundsOffered).toBe(8);
    expect(evidence.heardByEpc.get("E2AB")).toEqual([{ key: "rd-1:3", roundsAnswered: 4, signalDbm: -53 }]);
  });

  it("lets only the newest visit speak, also when it heard nothing", () => {
    const evidence = gatherEvidence({ antennas: [antenna(2, 4), antenna(1, 9)], heard: [heard(1, 9, -50)] });
    expect(evidence.antennas.get("rd-1:3")).toMatchObject({ visit: 2, roundsOffered: 4 });
    expect(evidence.heardByEpc.size).toBe(0);
  });

  it("takes nothing from an unhealthy antenna, neither silence nor reads", () => {
    const evidence = gatherEvidence({ antennas: [antenna(1, 4, "timeout")], heard: [heard(1, 3, -50)] });
    expect(evidence.antennas.size + evidence.heardByEpc.size).toBe(0);
  });

  it("counts a round once, however often a reader reports the tag", () => {
    const sightings = [1, 2, 3].map((atMs) => ({
      epc: "E2AB",
      readerId: "rd-1",
      antenna: 3,
      signalDbm: -50,
      atMs,
      count: 2,
    }));
    const coverage = { readerId: "rd-1", antenna: 3, roundsOffered: 4, healthy: true, fault: null, sightings };
    expect(rowsOfCoverage(coverage, 7).heard).toEqual([{ ...heard(7, 4, -50), epc: "E2AB" }]);
    expect(rowsOfCoverage({ ...coverage, healthy: false }, 7).heard).toEqual([]);
  });
});
