/** What a new visit touches: the layers within earshot of its antennas, and the tags that want one of them. */
import type { Evidence } from "./evidence.ts";
import { type Candidate, goneLayer } from "./place-likelihood.ts";
import type { HeardTable } from "./profile.ts";
import type { SensedArea } from "./sensed-area.ts";

/** Layers near an antenna that was offered other rounds than before. */
export function touchedLayers(
  area: SensedArea,
  table: HeardTable,
  before: Evidence,
  now: Evidence,
): ReadonlySet<number> {
  const touched = new Set<number>();
  area.antennas.forEach(({ key }, antenna) => {
    // As many silent rounds of a newer visit say the same; who heard what is compared tag by tag.
    if (before.antennas.get(key)?.roundsOffered === now.antennas.get(key)?.roundsOffered) return;
    for (const layer of area.heardLayers[antenna]!) {
      const { relations, isOwn } = area.earAt[layer * area.antennas.length + antenna]!;
      if (isOwn || relations.some((relation) => table.listens(antenna, relation))) touched.add(layer);
    }
  });
  return touched;
}

export function isTouched(candidates: readonly Candidate[], touched: ReadonlySet<number>): boolean {
  return candidates.some(({ layer }) => layer !== goneLayer && touched.has(layer));
}

/** Rounds of every layer's own antenna, counted so that a silent box costs its neighbourhood and not the area. */
export class SilentLayers {
  private readonly counts = new Map<number, number>();
  private readonly area: SensedArea;
  private readonly ownRounds: (layer: number) => number;

  constructor(area: SensedArea, ownRounds: (layer: number) => number) {
    this.area = area;
    this.ownRounds = ownRounds;
    area.layers.forEach((_, layer) => {
      const rounds = ownRounds(layer);
      this.counts.set(rounds, (this.counts.get(rounds) ?? 0) + 1);
    });
  }

  /** Rounds of the layer's neighbours, and layers by rounds for all others. */
  around(layer: number): [readonly number[], ReadonlyMap<number, number>] {
    const near = this.area.neighbours[layer]!.map(this.ownRounds);
    const rest = new Map(this.counts);
    for (const rounds of [this.ownRounds(layer), ...near]) rest.set(rounds, rest.get(rounds)! - 1);
    return [near, rest];
  }
}
