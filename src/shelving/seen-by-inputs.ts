/**
 * What wired inputs say of people between the faces (S9, S13), if the site file names any. They cannot count and may fail
 * silently, so unknown means no, and a person must look and press the confirm button. The press counts only if a sensor of the
 * open aisle saw somebody since the carriages last moved, and it permits one motion. Pure.
 */
import type { Occupancy } from "../contract/shelf.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaState } from "./area-state.ts";

export interface SeenByInputs {
  /** By input: true is somebody; missing: unknown. */
  states: Readonly<Record<string, boolean>>;
  /** When each was last read. */
  readAtMs: Readonly<Record<string, number>>;
  /** The last time at which one of them saw somebody. */
  somebodyAtMs: number | null;
  /** A sensor of the open aisle saw somebody since the carriages last moved: one that never changes proves nothing. */
  isProven: boolean;
  entrySeq: number;
  confirmedEntrySeq: number | null;
}

export const firstSeen: SeenByInputs = {
  states: {},
  readAtMs: {},
  somebodyAtMs: null,
  isProven: false,
  entrySeq: 0,
  confirmedEntrySeq: null,
};

/** Takes one reading: a person not seen in the reading before counts as one more entry, after a gap, too. */
export function takeReading(
  seen: SeenByInputs,
  rules: Pick<AreaRules, "occupancyInputs">,
  reading: { atMs: number; readAtMs: number; states: Readonly<Record<string, boolean | null>> },
  /** With the carriages at rest: the open aisle, 0 for none; null: they move, or it is unknown. */
  openAisle: number | null,
): SeenByInputs {
  let { somebodyAtMs, isProven, entrySeq, confirmedEntrySeq } = seen;
  const states = { ...seen.states };
  const readAtMs = { ...seen.readAtMs };
  for (const { id, aisle } of rules.occupancyInputs) {
    const isActive = reading.states[id];
    if (isActive === undefined) continue;
    if (isActive === null) {
      delete states[id];
      // Nobody saw what happened meanwhile.
      isProven = false;
      confirmedEntrySeq = null;
      continue;
    }
    if (isActive && states[id] !== true) entrySeq++;
    if (isActive) {
      somebodyAtMs = reading.atMs;
      if (openAisle !== null && (aisle === null || openAisle === 0 || aisle === openAisle)) isProven = true;
    }
    states[id] = isActive;
    readAtMs[id] = reading.readAtMs;
  }
  return { states, readAtMs, somebodyAtMs, isProven, entrySeq, confirmedEntrySeq };
}

/** The carriages moved, or may have, so an earlier confirmation was for another aisle. */
export function unconfirmed(seen: SeenByInputs): SeenByInputs {
  return seen.isProven || seen.confirmedEntrySeq !== null
    ? { ...seen, isProven: false, confirmedEntrySeq: null }
    : seen;
}

/** The first input that is silent, old or doubtful; null: all are up to date. */
export function unknownInput(
  { seen }: Pick<AreaState, "seen">,
  { occupancyInputs, limits }: AreaRules,
  atMs: number,
): string | null {
  const unknown = occupancyInputs.find(({ id }) => {
    const ageMs = atMs - (seen.readAtMs[id] ?? Number.NEGATIVE_INFINITY);
    // A status holds for the moment it arrived, and a reading may have come since. Written so that NaN counts as too old.
    return seen.states[id] === undefined || !(Math.abs(ageMs) <= limits.occupancyAgeMaxMs);
  });
  return unknown?.id ?? null;
}

export function seenOccupancy(state: Pick<AreaState, "seen">, rules: AreaRules, atMs: number): Occupancy {
  const { states, entrySeq, confirmedEntrySeq } = state.seen;
  const occupied = rules.occupancyInputs.filter(({ id }) => states[id] === true).length;
  const isUnknown = unknownInput(state, rules, atMs) !== null;
  const people = occupied > 0 ? occupied : isUnknown ? null : 0;
  return { people, entrySeq: isUnknown ? null : entrySeq, confirmedEntrySeq };
}

/** For the journal (S24). */
export function sensorsSeen(state: AreaState, rules: AreaRules): Record<string, "somebody" | "nobody" | "unknown"> {
  const said = (id: string) => {
    const isActive = state.seen.states[id];
    return isActive === undefined ? "unknown" : isActive ? "somebody" : "nobody";
  };
  return Object.fromEntries(rules.occupancyInputs.map(({ id }) => [id, said(id)]));
}
