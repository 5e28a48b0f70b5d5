/**
 * An area from the antennas' view: which layers each antenna may read, and their relation to it. A box's position in the layer
 * matters for the neighbouring bays, so a layer is divided into thirds.
 */
import { type Area, antennaKey, type Layer } from "../site/layout.ts";

export const thirds = 3;

/** Relation of a place to an antenna: same face, the face across the aisle, the back of the same column. */
export type Plane = "same" | "opposite" | "behind";

/** Layers further up or down, and bays further to the side, count as far. */
const riseMax = 2;
/** Thirds of a layer from the antenna's middle: 0 and 1 are its own bay, 2 to 4 the next one. */
const asideMax = 4;

const planes: readonly Plane[] = ["same", "opposite", "behind"];
const rises = 2 * riseMax + 1;
const asides = asideMax + 1;

/** Number of relations; the last one is "far". */
export const relationCount = planes.length * rises * asides + 1;
export const farRelation = relationCount - 1;

/** `rise`: layer number minus that of the antenna's own; `aside`: thirds from its middle. */
export function relationOf(plane: Plane, rise: number, aside: number): number {
  if (Math.abs(rise) > riseMax || aside > asideMax) return farRelation;
  return (planes.indexOf(plane) * rises + rise + riseMax) * asides + aside;
}

/** "same+0/1", "opposite-1/2", "far": the keys in a stored calibration. */
export function relationName(relation: number): string {
  if (relation === farRelation) return "far";
  const { plane, rise, aside } = partsOf(relation);
  return `${plane}${rise < 0 ? rise : `+${rise}`}/${aside}`;
}

export function partsOf(relation: number): { plane: Plane; rise: number; aside: number } {
  const aside = relation % asides;
  const row = Math.floor(relation / asides);
  return { plane: planes[Math.floor(row / rises)]!, rise: (row % rises) - riseMax, aside };
}

export interface SensedAntenna {
  key: string;
  readerId: string;
  antenna: number;
  /** Index of the layer it covers. */
  layer: number;
}

/** One antenna in its relation to a layer. */
export interface LayerAntenna {
  antenna: number;
  /** Relation of each third of the layer to that antenna. */
  relations: readonly number[];
  isOwn: boolean;
}

export interface SensedArea {
  layers: readonly Layer[];
  layerIndex: ReadonlyMap<string, number>;
  antennas: readonly SensedAntenna[];
  antennaIndex: ReadonlyMap<string, number>;
  /** By layer: antennas that may read it, its own first. */
  layerAntennas: readonly (readonly LayerAntenna[])[];
  /** By layer × antenna: the same, where that antenna may read that layer. */
  layerAntennaAt: readonly (LayerAntenna | undefined)[];
  /** By layer: the layer above, below and beside it. */
  neighbours: readonly (readonly number[])[];
  /** By antenna: the layers it may read. */
  heardLayers: readonly (readonly number[])[];
  /** By antenna: of those, the layers where a tag that it read is searched. */
  likelyLayers: readonly (readonly number[])[];
  /** By layer: slots of each width, narrowest first. */
  slots: readonly { widthMm: number; count: number }[];
}

/** Converts an area once; everything else in this folder uses indices of layers and antennas. */
export function senseArea(area: Pick<Area, "layers" | "aisles" | "spec">): SensedArea {
  const { layers } = area;
  const layerIndex = new Map(layers.map((layer, i) => [layer.id, i]));
  const at = new Map(layers.map((layer, i) => [placeKey(layer.column, layer.side, layer.bay, layer.layer), i]));
  const antennas: SensedAntenna[] = [];
  layers.forEach((layer, i) => {
    if (!layer.antenna) return;
    const { readerId, port } = layer.antenna;
    antennas.push({ key: antennaKey(readerId, port), readerId, antenna: port, layer: i });
  });
  const across = new Map<string, { column: number; side: string }>();
  for (const { faces } of area.aisles) {
    const [one, other] = faces;
    if (!one || !other) continue;
    across.set(`${one.column}${one.side}`, other);
    across.set(`${other.column}${other.side}`, one);
  }
  const layerAntennas: LayerAntenna[][] = layers.map(() => []);
  const layerAntennaAt = new Array<LayerAntenna | undefined>(layers.length * antennas.length).fill(undefined);
  const heardLayers: number[][] = antennas.map(() => []);
  const likelyLayers: number[][] = antennas.map(() => []);
  antennas.forEach((antenna, j) => {
    const own = layers[antenna.layer]!;
    const back = { column: own.column, side: own.side === "A" ? "B" : "A" };
    const faces = [
      ["same", own],
      ["opposite", across.get(`${own.column}${own.side}`)],
      ["behind", back],
    ] as const;
    for (const [plane, face] of faces) {
      if (!face) continue;
      for (let rise = -riseMax; rise <= riseMax; rise++) {
        for (let bays = -1; bays <= 1; bays++) {
          // Bays are numbered from the left of a person who looks at the face, so the other two faces are mirrored.
          const bay = plane === "same" ? own.bay + bays : area.spec.bays.count + 1 - own.bay - bays;
          const i = at.get(placeKey(face.column, face.side, bay, own.layer + rise));
          if (i === undefined) continue;
          const relations = Array.from({ length: thirds }, (_, third) => {
            const seen = plane === "same" ? third : thirds - 1 - third;
            return relationOf(plane, rise, Math.abs(bays * thirds + seen - 1));
          });
          const layerAntenna = { antenna: j, relations, isOwn: i === antenna.layer };
          layerAntennas[i]!.push(layerAntenna);
          layerAntennaAt[i * antennas.length + j] = layerAntenna;
          heardLayers[j]!.push(i);
          if (Math.abs(rise) <= 1 && (plane === "same" || bays === 0)) likelyLayers[j]!.push(i);
        }
      }
    }
  });
  for (const list of layerAntennas) list.sort((a, b) => Number(b.isOwn) - Number(a.isOwn) || a.antenna - b.antenna);
  const neighbours = layers.map((layer) =>
    [
      [0, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
    ].flatMap(([bay, rise]) => at.get(placeKey(layer.column, layer.side, layer.bay + bay!, layer.layer + rise!)) ?? []),
  );
  const antennaIndex = new Map(antennas.map((antenna, j) => [antenna.key, j]));
  const slots = [...area.spec.slots].sort((a, b) => a.widthMm - b.widthMm);
  return {
    layers,
    layerIndex,
    antennas,
    antennaIndex,
    layerAntennas,
    layerAntennaAt,
    neighbours,
    heardLayers,
    likelyLayers,
    slots,
  };
}

/** Which third of its layer a slot lies in, from its left end. */
export function thirdOf(middleMm: number, usableWidthMm: number): number {
  return Math.min(thirds - 1, Math.max(0, Math.floor((middleMm / usableWidthMm) * thirds)));
}

function placeKey(column: number, side: string, bay: number, layer: number): string {
  return `${column}${side}.${bay}.${layer}`;
}
