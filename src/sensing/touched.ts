/**
 * Finds everything that a new visit affects: the layers within reach of its antennas, and the tags whose evidence it concerns.
 */

import type { HeardTable } from "./calibration.ts";
import type { Evidence } from "./evidence.ts";
import type { SensedArea } from "./sensed-area.ts";

/** By layer: 1 where an antenna that reaches it was offered another number of rounds than before. */
export function touchedLayers(area: SensedArea, table: HeardTable, before: Evidence, now: Evidence): Uint8Array {
  const touched = new Uint8Array(area.layers.length);
  if (before.antennas === now.antennas) return touched;
  area.antennas.forEach(({ key }, antenna) => {
    // A newer visit with as many rounds says the same by its silence; reads are compared tag by tag.
    if (before.antennas.get(key)?.roundsOffered === now.antennas.get(key)?.roundsOffered) return;
    for (const layer of area.heardLayers[antenna]!) {
      const { relations, isOwn } = area.layerAntennaAt[layer * area.antennas.length + antenna]!;
      if (isOwn || relations.some((relation) => table.listens(antenna, relation))) touched[layer] = 1;
    }
  });
  return touched;
}

export function isTouched(layers: readonly number[], touched: Uint8Array): boolean {
  for (const layer of layers) if (touched[layer] === 1) return true;
  return false;
}

/** Rounds around a silent box. */
export interface SilentAround {
  neighbours: readonly number[];
  /** Number of all other layers, by rounds. */
  rest: ReadonlyMap<number, number>;
}

/** Rounds of every layer's own antenna, counted so that a silent box costs its neighbourhood and not the whole area. */
export class SilentLayers {
  private readonly counts = new Map<number, number>();
  private readonly kept = new Map<number, SilentAround>();
  private readonly area: SensedArea;
  private readonly ownRounds: (layer: number) => number;

  constructor(area: SensedArea, ownRounds: (layer: number) => number) {
    this.area = area;
    this.ownRounds = ownRounds;
    for (let layer = 0; layer < area.layers.length; layer++) {
      const rounds = ownRounds(layer);
      this.counts.set(rounds, (this.counts.get(rounds) ?? 0) + 1);
    }
  }

  around(layer: number): SilentAround {
    const known = this.kept.get(layer);
    if (known) return known;
    const neighbours = this.area.neighbours[layer]!.map(this.ownRounds);
    const rest = new Map(this.counts);
    for (const rounds of [this.ownRounds(layer), ...neighbours]) rest.set(rounds, rest.get(rounds)! - 1);
    const around = { neighbours, rest };
    this.kept.set(layer, around);
    return around;
  }
}
