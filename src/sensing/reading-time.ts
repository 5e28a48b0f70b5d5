/** How long a plan still takes: readers of one pair one after the other, pairs side by side. */
import type { ReadingReach } from "./plan-reading.ts";
import type { SensedArea } from "./sensed-area.ts";

export interface Remaining {
  /** Likely, as long as most silent boxes answer the next time. */
  expectedMs: number;
  /** If nobody does. */
  mostMs: number;
  /** Rounds behind `expectedMs`. */
  expectedRounds: number;
}

/** Rounds that an antenna usually takes beyond the first, and that the silent ones take of what they might. */
const roundsAfterFirst = 2;
const usedShare = 0.4;

/** `most`: rounds each antenna may still need as far as known; `isFirst`: nothing is known yet about who is silent. */
export function remainingTime(
  area: SensedArea,
  most: ReadonlyMap<number, number>,
  isFirst: boolean,
  reach: Pick<ReadingReach, "pairOf" | "roundMs">,
): Remaining {
  const pairs = new Map<string, { expected: number; most: number }>();
  let expectedRounds = 0;
  for (const [antenna, rounds] of most) {
    const { key, readerId } = area.antennas[antenna]!;
    const pair = pairs.get(reach.pairOf(readerId)) ?? { expected: 0, most: 0 };
    pairs.set(reach.pairOf(readerId), pair);
    const likely = isFirst ? rounds + roundsAfterFirst : Math.max(1, rounds * usedShare);
    const atMost = isFirst ? rounds + 3 * roundsAfterFirst : rounds;
    expectedRounds += likely;
    pair.expected += likely * reach.roundMs(key);
    pair.most += atMost * reach.roundMs(key);
  }
  const all = [...pairs.values()];
  return {
    expectedMs: Math.round(Math.max(0, ...all.map((pair) => pair.expected))),
    mostMs: Math.round(Math.max(0, ...all.map((pair) => pair.most))),
    expectedRounds: Math.round(expectedRounds),
  };
}
