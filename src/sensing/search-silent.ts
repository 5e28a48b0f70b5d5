/**
 * Which antennas to read once more for silent boxes. A round is worth the probability that some box answers in it, over all
 * silent boxes together: one round of a layer beside three of them serves all three. Orders worth far less than the best wait for
 * a later look, since an answer may make them unnecessary; and nothing is read beyond what the bound demands.
 */
import type { PlacePrior } from "./place-likelihood.ts";
import { type ReadChance, silence } from "./read-chance.ts";
import type { SensedArea } from "./sensed-area.ts";

export interface SilentBox {
  homeLayer: number;
  chance: ReadChance;
}

export type SearchWhy = "silent" | "neighbour" | "area";

export interface Search {
  area: SensedArea;
  /** With the learned share of missing boxes. */
  prior: PlacePrior;
  /** Limit for the remaining probability that a box is present, on the scale of its prior. */
  allowed: number;
  /** Healthy rounds of a layer's own antenna so far; 0 without one. */
  rounds(layer: number): number;
  /** Whether the layer's own antenna may have one more round. */
  canAsk(layer: number, why: SearchWhy): boolean;
}

export interface Found {
  /** Layers to ask once more, each with the reason of the first box that needed it. */
  layers: ReadonlyMap<number, SearchWhy>;
  /** Boxes above the bound for which reading can still help. */
  openBoxes: number;
}

/** Rounds worth less than this share of the best wait: about what one more silent round removes from a place. */
const worthMin = 0.1;

/** `boxes`: those that silence can settle. */
export function searchSilent(boxes: readonly SilentBox[], search: Search): Found {
  const { prior, allowed } = search;
  const open = alike(boxes)
    .map((group) => soughtIn(group, search))
    .filter(({ over, takes }) => over > 0 && takes.some((one) => one > 0));
  const worth = new Float64Array(search.area.layers.length);
  for (const { count, over, takes } of open) {
    const unheard = (1 - prior.gone) * (over + allowed);
    const weight = (count * (1 - prior.gone)) / (prior.gone + unheard);
    takes.forEach((one, layer) => {
      worth[layer]! += weight * one;
    });
  }
  const least = worthMin * worth.reduce((most, one) => Math.max(most, one), 0);
  const worthy = [...worth.keys()].filter((layer) => worth[layer]! > 0 && worth[layer]! >= least);
  const layers = new Map<number, SearchWhy>();
  // The box furthest above the bound comes first: rounds for a weak tag serve all others.
  for (const one of open.sort((a, b) => b.over - a.over)) {
    let over = one.over;
    for (const layer of layers.keys()) over -= one.takes[layer]!;
    if (over <= 0) continue;
    const left = worthy
      .filter((layer) => one.takes[layer]! > 0 && !layers.has(layer))
      .sort((a, b) => one.takes[b]! - one.takes[a]! || worth[b]! - worth[a]! || a - b);
    for (const layer of left) {
      if (over <= 0) break;
      layers.set(layer, one.why(layer));
      over -= one.takes[layer]!;
    }
  }
  return { layers, openBoxes: open.reduce((sum, { count }) => sum + count, 0) };
}

type Group = SilentBox & { count: number };

/** Boxes of one layer with equal history need the same: a face that went deaf is a handful of groups. */
function alike(boxes: readonly SilentBox[]): Group[] {
  const groups = new Map<string, Group>();
  for (const box of boxes) {
    const { healthy, dead, deadShare } = box.chance;
    const name = [box.homeLayer, healthy.alpha, healthy.beta, dead.alpha, dead.beta, deadShare].join("/");
    groups.set(name, { ...box, count: (groups.get(name)?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

/** `over`: how far it is above the bound, on the scale of its prior; `takes`, by layer: what one more silent round removes. */
function soughtIn({ homeLayer, chance, count }: Group, { area, prior, allowed, rounds, canAsk }: Search) {
  const near = area.neighbours[homeLayer]!;
  const others = Math.max(1, area.layers.length - 1 - near.length);
  const why = (layer: number): SearchWhy =>
    layer === homeLayer ? "silent" : near.includes(layer) ? "neighbour" : "area";
  const shareOf = { silent: prior.home, neighbour: prior.neighbours / near.length, area: prior.rest / others };
  const kept: number[] = [];
  const silent = (n: number) => {
    if (kept[n] === undefined) {
      const { healthy, dead } = silence(chance, n);
      kept[n] = healthy + dead;
    }
    return kept[n];
  };
  let over = -allowed;
  const takes = area.layers.map((_, layer) => {
    const as = why(layer);
    const n = rounds(layer);
    const isAsked = canAsk(layer, as);
    // A layer that cannot be asked is no reason to ask others: it is reported as not covered.
    if (n === 0 && !isAsked) return 0;
    over += shareOf[as] * silent(n);
    return isAsked ? shareOf[as] * (silent(n) - silent(n + 1)) : 0;
  });
  return { count, over, takes, why };
}
