/**
 * How long a plan still takes, with all later stages: silent boxes are asked again at home, then beside it, then everywhere; at
 * last boxes between two layers. Each stage is taken to wait for the one before. Within a stage the readers of one pair read one
 * after the other, pairs in parallel.
 */
import type { ReadingReach } from "./plan-reading.ts";
import type { ReadingNeed } from "./reading-needs.ts";
import type { SensedArea } from "./sensed-area.ts";

export interface Remaining {
  /** Expected air and wire time to the end; within a factor of two in tests/accuracy/reading-time.test.ts. */
  expectedMs: number;
  /** The rounds in that time, and the looks: the judge is asked after each. */
  expectedRounds: number;
  expectedLooks: number;
}

/** Input of the estimate; antennas by index. */
export interface ReadingAhead {
  /** Healthy rounds so far. */
  offered: readonly number[];
  isReadable(antenna: number): boolean;
  needs: readonly ReadingNeed[];
  /** Antennas that are asked because two layers compete, and their total of rounds. */
  torn: ReadonlyMap<number, number>;
  areaRoundsMax: number;
  layerRoundsMax: number;
}

/**
 * Share of the antennas asked for boxes between two layers that are asked once more; and share of such boxes after the first
 * round (twin, 3 dB).
 */
const tornAgain = 0.65;
const tornShare = 0.02;
/** Steps with fewer rounds than this are ignored. */
const stepRoundsMin = 0.3;

export function remainingTime(
  area: SensedArea,
  ahead: ReadingAhead,
  reach: Pick<ReadingReach, "pairOf" | "roundMs">,
): Remaining {
  const sum = { expectedMs: 0, expectedRounds: 0, expectedLooks: 0 };
  const { offered, needs, torn, isReadable } = ahead;
  const reached = [...offered];
  const antennas = area.antennas.map((_, antenna) => antenna).filter(isReadable);
  const byHome = groupBy(needs, ({ home }) => [home]);
  const byNear = groupBy(needs, ({ near }) => near);

  const step = (chanceOf: (antenna: number) => number) => readStep(area, reach, antennas, reached, sum, chanceOf);

  const stepsMax = largest(needs, 1, ({ homeTo }) => homeTo);
  for (let more = 0; more < stepsMax; more++) {
    step((antenna) => {
      const rounds = offered[antenna]! + more;
      if (rounds === 0) return 1;
      const silent = (byHome.get(antenna) ?? []).filter(({ homeTo }) => homeTo > rounds);
      return 1 - nobody(silent, (need) => need.silentAfter(rounds));
    });
  }
  const stays = (need: ReadingNeed) => need.silentAfter(need.homeTo);
  const nearMax = largest(needs, 0, ({ nearTo }) => nearTo);
  for (let rounds = 1; rounds <= nearMax; rounds++) {
    step((antenna) => {
      const open = (byNear.get(antenna) ?? []).filter(({ nearTo }) => nearTo >= rounds);
      return missing(reached[antenna]!, rounds) * (1 - nobody(open, stays));
    });
  }
  for (let rounds = 1; rounds <= ahead.areaRoundsMax; rounds++) {
    // If two boxes stay silent, the one that needs more of the area decides.
    const open = needs.filter(({ areaTo }) => areaTo > rounds - 1).sort((a, b) => b.areaTo - a.areaTo);
    let share = 0;
    let noneYet = 1;
    for (const need of open) {
      share += noneYet * stays(need) * Math.min(1, need.areaTo - rounds + 1);
      noneYet *= 1 - stays(need);
    }
    step((antenna) => missing(reached[antenna]!, rounds) * share);
  }
  const tornMax = (antenna: number) => (offered[antenna] === 0 ? ahead.layerRoundsMax : (torn.get(antenna) ?? 0));
  const tornFirst = (antenna: number) =>
    offered[antenna] === 0 ? 1 - (1 - tornShare) ** (byHome.get(antenna)?.length ?? 0) : 1;
  const tornRoundsMax = largest([...torn.values()], ahead.layerRoundsMax, (rounds) => rounds);
  for (let rounds = 2; rounds <= tornRoundsMax; rounds++) {
    step((antenna) => {
      if (rounds > tornMax(antenna)) return 0;
      const since = Math.max(0, rounds - 1 - Math.max(1, offered[antenna]!));
      return missing(reached[antenna]!, rounds) * tornFirst(antenna) * tornAgain ** since;
    });
  }
  return {
    expectedMs: Math.round(sum.expectedMs),
    expectedRounds: Math.round(sum.expectedRounds),
    expectedLooks: Math.round(sum.expectedLooks),
  };
}

/** One step: the probability, by antenna, that it is read once. Adds to what is reached and to the sum. */
function readStep(
  area: SensedArea,
  reach: Pick<ReadingReach, "pairOf" | "roundMs">,
  antennas: readonly number[],
  reached: number[],
  sum: Remaining,
  chanceOf: (antenna: number) => number,
): void {
  const pairs = new Map<string, { ms: number; variance: number }>();
  let rounds = 0;
  for (const antenna of antennas) {
    const { key, readerId } = area.antennas[antenna]!;
    // Rounding can put products of probabilities slightly outside 0 to 1, and a negative variance has no root.
    const chance = Math.min(1, Math.max(0, chanceOf(antenna)));
    rounds += chance;
    reached[antenna]! += chance;
    const pair = reach.pairOf(readerId);
    const ms = reach.roundMs(key);
    const before = pairs.get(pair) ?? { ms: 0, variance: 0 };
    const variance = before.variance + chance * (1 - chance) * ms * ms;
    pairs.set(pair, { ms: before.ms + chance * ms, variance });
  }
  if (rounds < stepRoundsMin) return;
  sum.expectedRounds += rounds;
  sum.expectedLooks += Math.min(1, rounds);
  // The slowest of many pairs is slower than their mean: by about √(ln n) of the spread.
  const spread = Math.sqrt(Math.log(pairs.size));
  sum.expectedMs += largest([...pairs.values()], 0, ({ ms, variance }) => ms + spread * Math.sqrt(variance));
}

/** The part of the `rounds`-th round that an antenna has not had. */
function missing(reached: number, rounds: number): number {
  return Math.min(1, Math.max(0, rounds - reached));
}

function nobody(needs: readonly ReadingNeed[], chanceOf: (need: ReadingNeed) => number): number {
  return needs.reduce((product, need) => product * (1 - chanceOf(need)), 1);
}

function groupBy(needs: readonly ReadingNeed[], antennasOf: (need: ReadingNeed) => readonly number[]) {
  const groups = new Map<number, ReadingNeed[]>();
  for (const need of needs)
    for (const antenna of antennasOf(need)) groups.set(antenna, [...(groups.get(antenna) ?? []), need]);
  return groups;
}

/** A loop, because a hall has more boxes than a call can take as arguments. */
function largest<One>(all: readonly One[], atLeast: number, of: (one: One) => number): number {
  let most = atLeast;
  for (const one of all) most = Math.max(most, of(one));
  return most;
}
