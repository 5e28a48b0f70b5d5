/** Areas, boxes and evidence for this folder's tests: two columns that face each other, with an antenna at every layer. */
import { layoutOf } from "../site/layout.ts";
import type { Site } from "../site/schema.ts";
import { type AntennaVisit, gatherEvidence, type TagHeard } from "./evidence.ts";
import type { KnownBox } from "./judge.ts";
import { senseArea } from "./sensed-area.ts";

const name = { zh: "试", en: "test" };

/** Faces 1B and 2A, `bays` × `layers` each, with ten narrow and ten wide slots in a layer. */
export function testArea(
  bays = 2,
  layers = 4,
  slots = [
    { count: 10, widthMm: 35 },
    { count: 10, widthMm: 52 },
  ],
) {
  const ports = `1-${bays * layers}`;
  const face = (column: number, side: "A" | "B") => ({
    ...{ reader: `rd-${column}`, ports, column, side, bays: `1-${bays}`, layers: `1-${layers}` },
  });
  const site: Site = {
    ...{ site: "test", name, timezone: "Asia/Shanghai" },
    locationCode: {
      order: ["area", "column", "side", "bay", "layer", "slot"],
      separators: "-",
      digits: { column: 2, bay: 2, layer: 2, slot: 2 },
      sideNames: { A: "A", B: "B" },
    },
    rooms: [
      {
        ...{ id: "r1", name },
        areas: [
          {
            ...{ id: "1", name, purpose: "active", controller: "shelf-1", fixedSide: "left", mirrored: false },
            ...{ aisleWidthMm: 900, fingerGapMm: 30, columnDepthMm: 640 },
            columns: [
              { no: 1, kind: "fixed", sides: ["B"] },
              { no: 2, kind: "mobile", sides: ["A"] },
            ],
            bays: { count: bays, widthMm: 900 },
            layers: { count: layers, clearHeightMm: 340, usableWidthMm: 870 },
            slots,
            antennas: [face(1, "B"), face(2, "A")],
          },
        ],
      },
    ],
    ...{ buses: [], devices: [] },
  };
  return senseArea(layoutOf(site).areas[0]!);
}

export const layerId = (place: string) => `r1.1.${place}`;

/** A box in a layer, "1B.1.2", with a tag that has answered 20 rounds of 20. */
export function testBox(epc: string, place: string | null, more: Partial<KnownBox> = {}): KnownBox {
  const history = { roundsOffered: 20, roundsAnswered: 20 };
  return { epc, layerId: place === null ? null : layerId(place), middleMm: 435, thicknessMm: 30, history, ...more };
}

/** Every antenna healthy for `rounds`, except those named. */
export function antennaRows(
  area: ReturnType<typeof testArea>,
  rounds: number,
  other: Readonly<Record<string, Partial<AntennaVisit>>> = {},
): AntennaVisit[] {
  return area.antennas.map(({ readerId, antenna, layer }) => ({
    ...{ readerId, antenna, roundsHealthy: rounds, fault: null },
    ...other[area.layers[layer]!.id.slice("r1.1.".length)],
  }));
}

/** A tag read by the antenna of a layer. */
export function heardRow(
  area: ReturnType<typeof testArea>,
  epc: string,
  place: string,
  roundsAnswered: number,
  meanDbm: number,
): TagHeard {
  const layer = area.layerIndex.get(layerId(place))!;
  const { readerId, antenna } = area.antennas.find((one) => one.layer === layer)!;
  return { epc, readerId, antenna, roundsAnswered, meanDbm };
}

export const evidenceOf = (antennas: AntennaVisit[], heard: TagHeard[] = []) => gatherEvidence({ antennas, heard });
