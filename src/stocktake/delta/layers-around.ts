import type { Layout } from "../../site/layout.ts";

/**
 * Layers whose boxes can influence the verdicts when only `read` were read: both sides of every column at their aisles, and the
 * faces to which boxes that were read belong. Antennas reach no further, and a silent box that was not asked keeps its place.
 */
export function layersAround(layout: Layout, read: readonly string[], homes: readonly string[]): string[] {
  const layersOf = (ids: readonly string[]) => ids.flatMap((id) => layout.layerById.get(id) ?? []);
  const aisles = new Set(layersOf(read).map((one) => `${one.roomId}.${one.areaId}/${one.aisle}`));
  const faces = new Set(layersOf(homes).map((one) => `${one.roomId}.${one.areaId}/${one.column}${one.side}`));
  return layout.areas.flatMap((area) => {
    const key = `${area.roomId}.${area.id}`;
    const at = area.layers.filter(({ aisle }) => aisles.has(`${key}/${aisle}`));
    const columns = new Set(at.map(({ column }) => column));
    const isNear = (column: number, side: string) => columns.has(column) || faces.has(`${key}/${column}${side}`);
    return area.layers.filter(({ column, side }) => isNear(column, side)).map(({ id }) => id);
  });
}
