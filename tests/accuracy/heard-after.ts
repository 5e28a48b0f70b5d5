/**
 * How many readable boxes were heard after so many rounds, summed over seeds. One late answer decides when the last box of a run is
 * heard, and rounds after it prove absences, which passes of that length do not: so reading is compared at a stated share of all seeds.
 */
import type { RoomDay } from "./room-day.ts";

/** Rounds of one count that are kept; what was heard at the end stays. */
const roundsMax = 480;

/** By rounds, from 0. */
export type HeardAfter = readonly number[];

export const nothingHeardAfter: HeardAfter = Array.from({ length: roundsMax + 1 }, () => 0);

export interface HeardStep {
  rounds: number;
  heard: number;
}

export function readableHeard(day: RoomDay, isHeard: (epc: string) => boolean): number {
  const names = [...day.homes.keys()];
  return names.filter((epc) => isHeard(epc) && day.layerOf(epc) !== null && !day.isNearlyDead(epc)).length;
}

/** `steps`: what was heard after each look, in order; by a line between two looks. */
export function heardAfter(steps: readonly HeardStep[]): HeardAfter {
  let at = 0;
  return nothingHeardAfter.map((_, rounds) => {
    while (at < steps.length && steps[at]!.rounds < rounds) at++;
    const [before, next] = [steps[at - 1] ?? { rounds: 0, heard: 0 }, steps[at]];
    if (!next) return before.heard;
    const way = next.rounds - before.rounds;
    return way === 0 ? next.heard : before.heard + ((rounds - before.rounds) / way) * (next.heard - before.heard);
  });
}

export function addHeard(sum: HeardAfter, one: HeardAfter): HeardAfter {
  return sum.map((heard, rounds) => heard + one[rounds]!);
}

/** Rounds after which `wanted` boxes were heard, by a line between whole rounds; null when they never were. */
export function roundsToHear(heard: HeardAfter, wanted: number): number | null {
  const rounds = heard.findIndex((one) => one >= wanted);
  if (rounds <= 0) return rounds === 0 ? 0 : null;
  const [before, reached] = [heard[rounds - 1]!, heard[rounds]!];
  return rounds - (reached - wanted) / (reached - before);
}
