import type { StocktakeScope } from "../contract/stocktake.ts";
import type { Layer, Layout } from "../site/layout.ts";

/**
 * Layers of a room that a scope names. `layersOfBoxes` are the layers where the boxes of a list or a sample should stand; null
 * when the scope has neither.
 */
export function chooseLayers(
  layout: Layout,
  roomId: string,
  scope: StocktakeScope,
  layersOfBoxes: ReadonlySet<string> | null,
): Layer[] {
  const areaKeys = scope.areaKeys ? new Set(scope.areaKeys) : null;
  const columns = scope.columns ? new Set(scope.columns) : null;
  const sides = scope.sides ? new Set(scope.sides) : null;
  const layerIds = scope.layerIds ? new Set(scope.layerIds) : null;
  const chosen: Layer[] = [];
  for (const area of layout.areas) {
    if (area.roomId !== roomId) continue;
    if (areaKeys && !areaKeys.has(`${area.roomId}.${area.id}`)) continue;
    for (const layer of area.layers) {
      if (columns && !columns.has(layer.column)) continue;
      if (sides && !sides.has(layer.side)) continue;
      if (layerIds && !layerIds.has(layer.id)) continue;
      if (layersOfBoxes && !layersOfBoxes.has(layer.id)) continue;
      chosen.push(layer);
    }
  }
  return chosen;
}
