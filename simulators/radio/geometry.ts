/**
 * Positions of antennas and tags. Assumed, since a site file does not give them: the antenna is a strip along the layer on the
 * column's back panel, high under the board above, facing the aisle; the tag is inside the box at one place, with human scatter.
 * Layer 1 is on top; bay 1 and slot 1 are at the left for a person facing a face, so that opposite faces are mirrored.
 */
import type { Area, Layer, Layout } from "../../src/site/layout.ts";
import type { Path } from "./link-budget.ts";
import type { AirRules } from "./parameters.ts";
import type { Tag } from "./tag.ts";

/** A layer whose tags an antenna may hear, and its position relative to the antenna's own. */
export interface Source {
  layerId: string;
  face: "own" | "behind" | "opposite";
  /** Bays to the right and layers down, as seen from the antenna's own face. */
  bays: number;
  layers: number;
}

/** Two layers away matters only on the own face: elsewhere a panel or an aisle adds to the loss. */
const layersReach = { own: 2, behind: 1, opposite: 1 };
const baysReach = 1;

/** The own layer first, then every layer near enough to matter on the three faces around. */
export function sourcesAround(layout: Layout, layer: Layer): Source[] {
  const area = areaOf(layout, layer);
  if (!area) return [];
  const { count: bayCount } = area.spec.bays;
  const opposite = area.aisles
    .find((aisle) => aisle.no === layer.aisle)
    ?.faces.find((face) => face.column !== layer.column);
  const faces: { face: Source["face"]; key: string }[] = [
    { face: "own", key: `${layer.column}${layer.side}` },
    { face: "behind", key: `${layer.column}${layer.side === "A" ? "B" : "A"}` },
  ];
  if (opposite) faces.push({ face: "opposite", key: `${opposite.column}${opposite.side}` });
  const sources: Source[] = [];
  for (const { face, key } of faces) {
    for (let bays = -baysReach; bays <= baysReach; bays++) {
      for (let layers = -layersReach[face]; layers <= layersReach[face]; layers++) {
        const seen = layer.bay + bays;
        const bay = face === "own" ? seen : bayCount + 1 - seen;
        const layerId = `${layer.roomId}.${layer.areaId}.${key}.${bay}.${layer.layer + layers}`;
        if (layout.layerById.has(layerId)) sources.push({ layerId, face, bays, layers });
      }
    }
  }
  return sources.sort((a, b) => Number(b.layerId === layer.id) - Number(a.layerId === layer.id));
}

export function areaOf(layout: Layout, layer: Layer): Area | null {
  return layout.areas.find((area) => area.roomId === layer.roomId && area.id === layer.areaId) ?? null;
}

/** Where in its layer a tag hangs, mm from the left end as seen from its own face. */
export interface TagPlace {
  alongMm: number;
  layer: Layer;
  tag: Pick<Tag, "depthMm" | "heightMm">;
}

/** The path from the antenna of `layer` to a tag in `source`; `gapMm` is the width of the aisle between opposite faces. */
export function pathTo(
  area: Area,
  layer: Layer,
  source: Source,
  place: TagPlace,
  gapMm: number,
  rules: AirRules,
): Path {
  const { spec } = area;
  const pitchMm = spec.layers.clearHeightMm + rules.boardMm;
  const middleMm = layer.usableWidthMm / 2;
  const seenMm = source.face === "own" ? place.alongMm : layer.usableWidthMm - place.alongMm;
  const acrossMm = Math.max(
    0,
    Math.abs(source.bays * spec.bays.widthMm + seenMm - middleMm) - middleMm * rules.stripShare,
  );
  const depthMm = halfDepthMm(area, layer.column);
  const otherMm = halfDepthMm(area, place.layer.column);
  const { depthMm: tagDepthMm, heightMm } = place.tag;
  const outMm = { own: tagDepthMm, behind: -tagDepthMm, opposite: depthMm + gapMm + otherMm - tagDepthMm }[source.face];
  const boardUpMm = -source.layers * pitchMm - rules.antennaHeightMm;
  const upMm = boardUpMm + heightMm;
  // The echo comes from the board on the far side of the tag: its own board, or the one above when the tag is higher up.
  const echoUpMm = source.layers < 0 ? 2 * (boardUpMm + pitchMm) - upMm : 2 * boardUpMm - upMm;
  const isBehind = source.face === "behind";
  return {
    acrossMm,
    outMm,
    upMm,
    echoUpMm,
    openMm: source.face === "opposite" ? gapMm : 0,
    screensDb:
      Math.abs(source.layers) * rules.layerMetalDb +
      Math.abs(source.bays) * rules.sideWallDb +
      (isBehind ? rules.backPanelDb : 0),
  };
}

/** From the back panel to the front of the shelves. */
function halfDepthMm(area: Area, columnNo: number): number {
  const column = area.columns.find((one) => one.no === columnNo);
  if (!column) return area.spec.columnDepthMm / 2;
  return column.sides.length > 1 ? column.depthMm / 2 : column.depthMm;
}
