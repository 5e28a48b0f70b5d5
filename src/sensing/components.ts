/** Which tags must be judged together: those that want a layer in which not all who want it may find room. */

import type { LayerRoom, MatchBox } from "./match-state.ts";
import { goneLayer } from "./place-likelihood.ts";

/** Groups of box indices, each in ascending order; a box that contends with nobody stands alone. */
export function contendingGroups(boxes: readonly MatchBox[], roomOf: (layer: number) => LayerRoom): number[][] {
  const wanted = new Map<number, number[]>();
  boxes.forEach(({ candidates }, i) => {
    for (const { layer } of candidates) {
      if (layer === goneLayer) continue;
      const list = wanted.get(layer);
      if (list) list.push(i);
      else wanted.set(layer, [i]);
    }
  });
  const parent = boxes.map((_, i) => i);
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
  for (const [layer, list] of wanted) {
    const room = roomOf(layer);
    const isTight = room.some((free, g) => list.filter((i) => boxes[i]!.width >= g).length > free);
    if (!isTight) continue;
    const first = rootOf(list[0]!);
    for (const i of list) parent[rootOf(i)] = first;
  }
  const groups = new Map<number, number[]>();
  boxes.forEach((_, i) => {
    const root = rootOf(i);
    const group = groups.get(root);
    if (group) group.push(i);
    else groups.set(root, [i]);
  });
  return [...groups.values()];
}
