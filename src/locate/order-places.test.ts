import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../site/layout.ts";
import { parseSite } from "../site/parse-site.ts";
import { type HeardPlace, hear, shownPlaces } from "./heard-places.ts";
import { faultPauseMs, nextAntennas } from "./next-antennas.ts";
import { orderPlaces } from "./order-places.ts";

const { areas } = layoutOf(parseSite(readFileSync("sites/demo.yaml", "utf8")).site!);
const area = areas[0]!;
const place = (layerId: string): HeardPlace => {
  const layer = area.layers.find(({ id }) => id === layerId)!;
  const heard = { rounds: 0, roundsAnswered: 0, recent: [], readAtMs: null, heardAtMs: null, fault: null };
  return { layer, why: "area", chance: null, code: layerId, ...heard };
};
const coverage = (answered: number, signalDbm: number | null, fault: string | null = null) => ({
  ...{ readerId: "rd-101", antenna: 1, roundsOffered: 1, healthy: fault === null, fault },
  sightings: answered ? [{ epc: "A1", readerId: "rd-101", antenna: 1, signalDbm, atMs: 0, count: answered }] : [],
});

describe("where to listen first", () => {
  it("takes the stocktake's layers, home, their neighbours, then the rest by distance, each layer once", () => {
    const named = [{ layerId: "r1.1.2A.1.3", probability: 0.7 }];
    const places = orderPlaces(areas, { named, homeLayerIds: ["r1.1.1B.1.2", "r1.1.1B.1.2"] });
    expect(places.slice(0, 3).map(({ layer, why }) => [layer.id, why])).toEqual([
      ["r1.1.2A.1.3", "stocktake"],
      ["r1.1.1B.1.2", "home"],
      ["r1.1.2A.1.4", "neighbour"],
    ]);
    expect(places).toHaveLength(area.layers.length);
    expect(new Set(places.map(({ layer }) => layer.id)).size).toBe(places.length);
    const far = places.at(-1)!.layer;
    expect([far.areaId, far.aisle > 2]).toEqual(["1", true]);
  });

  it("takes the whole room when nothing is known", () => {
    expect(orderPlaces(areas, { named: [], homeLayerIds: [] })).toHaveLength(
      areas.reduce((sum, { layers }) => sum + layers.length, 0),
    );
  });
});

describe("what is heard lately", () => {
  it("prefers a steady layer to one lucky read, forgets what is gone, and tells nothing of an unhealthy one", () => {
    const [steady, lucky] = [place("r1.1.1B.1.1"), place("r1.1.1B.1.2")];
    for (let i = 0; i < 4; i++) {
      hear(steady, coverage(1, -65), "A1", i);
      hear(lucky, coverage(i === 0 ? 1 : 0, -50), "A1", i);
    }
    expect(shownPlaces([lucky, steady]).map(({ layerId }) => layerId)).toEqual(["r1.1.1B.1.1", "r1.1.1B.1.2"]);
    for (let i = 0; i < 4; i++) hear(steady, coverage(0, null), "A1", 10 + i);
    expect(shownPlaces([steady])).toMatchObject([{ strength: 0, signalDbm: null, rounds: 8, roundsAnswered: 4 }]);
    hear(lucky, coverage(0, null, "timeout"), "A1", 20);
    expect(shownPlaces([lucky])).toMatchObject([{ fault: "timeout", strength: 0, rounds: 4 }]);
  });

  it("asks where it is heard every turn, everybody by and by, and leaves an unhealthy antenna alone for a while", () => {
    const places = [1, 2, 3, 4].flatMap((n) => [place(`r1.1.1B.1.${n}`), place(`r1.1.1B.2.${n}`)]);
    const [loud, broken] = [places[5]!, places[0]!];
    hear(loud, coverage(1, -60), "A1", 0);
    hear(broken, coverage(0, null, "antenna-missing"), "A1", 0);
    const asked = new Set<number>();
    for (let turn = 0; turn < 6; turn++) {
      const antennas = nextAntennas(places, turn, turn * 100);
      expect(antennas[0]).toBe(loud.layer.antenna?.port);
      expect(antennas.length).toBeLessThanOrEqual(4);
      for (const antenna of antennas) {
        asked.add(antenna);
        hear(
          places.find(({ layer }) => layer.antenna?.port === antenna)!,
          coverage(antenna === loud.layer.antenna?.port ? 1 : 0, -60),
          "A1",
          turn * 100 + 1,
        );
      }
    }
    expect(asked.size).toBe(7);
    expect(asked.has(broken.layer.antenna!.port)).toBe(false);
    expect(nextAntennas([broken], 0, faultPauseMs)).toEqual([broken.layer.antenna?.port]);
  });
});
