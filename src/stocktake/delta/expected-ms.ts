import type { Layer } from "../../site/layout.ts";

/** Duration of an antenna's round where none was measured yet; as in stocktake-judge.ts. */
const roundMs = 80;
/** Every antenna is asked once, and silent ones about as often again. */
const looks = 2;
const judgingMs = 500;

/** Expected time to read these layers; readers of one pair read one after the other. */
export function expectedMs(layers: readonly Layer[], pairOf: (readerId: string) => string): number {
  const antennas = new Map<string, number>();
  for (const { antenna } of layers) {
    if (!antenna) continue;
    const pair = pairOf(antenna.readerId);
    antennas.set(pair, (antennas.get(pair) ?? 0) + 1);
  }
  return Math.max(0, ...antennas.values()) * roundMs * looks + judgingMs;
}
