/**
 * The order of search: layers that the newest stocktake named, then home, then their neighbours, then the rest by distance. Pure.
 */
import type { LocateReason } from "../contract/locate.ts";
import type { Area, Layer } from "../site/layout.ts";
import { sensedAreaOf } from "../stocktake/judging/judge-areas.ts";

export interface LikelyPlace {
  layer: Layer;
  why: LocateReason;
  chance: number | null;
}

export interface LocateClues {
  /** Layers that the box's newest stocktake named, best first. */
  named: readonly { layerId: string; probability: number | null }[];
  /** Where the journal has it now, and where it belongs. */
  homeLayerIds: readonly string[];
}

/** The areas that a clue names; all given ones if there is no clue. */
export function orderPlaces(areas: readonly Area[], clues: LocateClues): LikelyPlace[] {
  const layerIds = [...clues.named.map(({ layerId }) => layerId), ...clues.homeLayerIds];
  const near = areas.filter((area) => area.layers.some((layer) => layerIds.includes(layer.id)));
  const searched = near.length > 0 ? near : areas;
  const layers = new Map(searched.flatMap((area) => area.layers).map((layer) => [layer.id, layer]));
  const found = new Map<string, LikelyPlace>();
  const add = (layerId: string, why: LocateReason, chance: number | null = null) => {
    const layer = layers.get(layerId);
    if (layer && !found.has(layerId)) found.set(layerId, { layer, why, chance });
  };
  for (const { layerId, probability } of clues.named) add(layerId, "stocktake", probability);
  for (const layerId of clues.homeLayerIds) add(layerId, "home");
  const starts = [...found.values()].map(({ layer }) => layer);
  for (const start of starts) for (const layerId of neighboursOf(searched, start)) add(layerId, "neighbour");
  const rest = [...layers.values()].filter((layer) => !found.has(layer.id));
  const distance = new Map(rest.map((layer) => [layer.id, Math.min(...starts.map((start) => between(start, layer)))]));
  rest.sort((a, b) => distance.get(a.id)! - distance.get(b.id)!);
  for (const layer of rest) add(layer.id, "area");
  return [...found.values()];
}

function neighboursOf(areas: readonly Area[], layer: Layer): string[] {
  const area = areas.find((one) => one.id === layer.areaId && one.roomId === layer.roomId);
  if (!area) return [];
  const sensed = sensedAreaOf(area);
  const index = sensed.layerIndex.get(layer.id);
  return index === undefined ? [] : sensed.neighbours[index]!.map((i) => sensed.layers[i]!.id);
}

/** Distance in a searching person's steps: a layer up or down, a bay aside, across the aisle, another aisle, another area. */
function between(a: Layer, b: Layer): number {
  const isSameArea = a.areaId === b.areaId && a.roomId === b.roomId;
  const isSameFace = a.column === b.column && a.side === b.side;
  const walk = isSameArea ? (isSameFace ? 0 : 3 + 6 * Math.abs(a.aisle - b.aisle)) : 1_000;
  return walk + 2 * Math.abs(a.bay - b.bay) + Math.abs(a.layer - b.layer);
}
