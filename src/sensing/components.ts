/** Finds tags that must be judged together: candidates for a layer that may not have room for all of them. */
import type { LayerRoom, MatchBox } from "./match-state.ts";
import { goneLayer } from "./place-likelihood.ts";

/** Groups of two or more box indices, each in ascending order; a box without competitors is in no group. */
export function contendingGroups(boxes: readonly MatchBox[], roomOf: (layer: number) => LayerRoom): number[][] {
  const tight = tightLayers(boxes, roomOf);
  if (tight.size === 0) return [];
  const parent = Int32Array.from(boxes, (_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    for (let at = i; at !== root; ) {
      const next = parent[at]!;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const firstOf = new Map<number, number>();
  for (let i = 0; i < boxes.length; i++) {
    for (const { layer } of boxes[i]!.candidates) {
      if (!tight.has(layer)) continue;
      const first = firstOf.get(layer);
      if (first === undefined) firstOf.set(layer, i);
      else parent[rootOf(i)] = rootOf(first);
    }
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < boxes.length; i++) {
    const root = rootOf(i);
    const group = groups.get(root);
    if (group) group.push(i);
    else groups.set(root, [i]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Layers that more boxes may be in than fit. All other boxes are judged alone, which keeps most of a room cheap. */
function tightLayers(boxes: readonly MatchBox[], roomOf: (layer: number) => LayerRoom): ReadonlySet<number> {
  let layers = 0;
  for (const { candidates } of boxes) for (const { layer } of candidates) layers = Math.max(layers, layer + 1);
  const kinds = layers === 0 ? 0 : roomOf(0).length;
  /** By layer × kind: number of boxes that may be in it. */
  const wanted = new Int32Array(layers * kinds);
  for (const { candidates, width } of boxes) {
    const kind = Math.min(width, kinds - 1);
    for (const { layer } of candidates) if (layer !== goneLayer) wanted[layer * kinds + kind]!++;
  }
  const tight = new Set<number>();
  for (let layer = 0; layer < layers; layer++) {
    const room = roomOf(layer);
    let atLeast = 0;
    for (let kind = kinds - 1; kind >= 0; kind--) {
      atLeast += wanted[layer * kinds + kind]!;
      if (atLeast > room[kind]!) tight.add(layer);
    }
  }
  return tight;
}
