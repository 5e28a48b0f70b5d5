import type { Layer } from "../../site/layout.ts";

/** What a round of an antenna takes where nothing was measured yet; as in stocktake-judge.ts. */
const roundMs = 80;
/** Every antenna once, and as much again for the silent ones. */
const looks = 2;
const judgingMs = 500;

/** How long reading these layers will likely take: readers of one pair answer one after the other. */
export function expectedMs(layers: readonly Layer[], pairOf: (readerId: string) => string): number {
  const antennas = new Map<string, number>();
  for (const { antenna } of layers) {
    if (!antenna) continue;
    const pair = pairOf(antenna.readerId);
    antennas.set(pair, (antennas.get(pair) ?? 0) + 1);
  }
  return Math.max(0, ...antennas.values()) * roundMs * looks + judgingMs;
}
