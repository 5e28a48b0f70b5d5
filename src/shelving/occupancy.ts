/**
 * Who is between the faces: the controller's count, the gateway's own where the controller cannot count (S9, S13), and what wired
 * inputs see. If both report, the stricter counts: an input that sees nobody does not overrule a controller that sees somebody.
 */

import type { Occupancy, ShelfStatus } from "../contract/shelf.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaState, KeptOccupancy } from "./area-state.ts";
import { keeps } from "./keeps.ts";
import { seenOccupancy } from "./seen-by-inputs.ts";

function gatewayCounts(rules: AreaRules): boolean {
  return !keeps(rules, "S9") || !keeps(rules, "S13");
}

export function occupancyOf(state: AreaState, rules: AreaRules, atMs: number): Occupancy {
  const told = toldOccupancy(state, rules);
  if (rules.occupancyInputs.length === 0) return told;
  const seen = seenOccupancy(state, rules, atMs);
  // A protocol that cannot report people is silent, which is no doubt.
  return told.people === null && !keeps(rules, "S9") ? seen : stricter(told, seen);
}

function toldOccupancy({ status, kept }: AreaState, rules: AreaRules): Occupancy {
  const told = status?.occupancy ?? { people: null, entrySeq: null, confirmedEntrySeq: null };
  if (!gatewayCounts(rules)) return told;
  return {
    people: told.people,
    entrySeq: told.people === null ? null : kept.entrySeq,
    confirmedEntrySeq: kept.confirmedEntrySeq,
  };
}

function isConfirmed({ entrySeq, confirmedEntrySeq }: Occupancy): boolean {
  return entrySeq !== null && entrySeq === confirmedEntrySeq;
}

function stricter(told: Occupancy, seen: Occupancy): Occupancy {
  const people = told.people === null || seen.people === null ? null : Math.max(told.people, seen.people);
  const entrySeq = told.entrySeq === null || seen.entrySeq === null ? null : told.entrySeq + seen.entrySeq;
  return { people, entrySeq, confirmedEntrySeq: isConfirmed(told) && isConfirmed(seen) ? entrySeq : null };
}

/**
 * Counts entries from status to status. A panel login while the count is zero is the confirmation; anything that may have hidden
 * an entry (silence, a lost link, an unknown count, a restart) cancels the confirmation.
 */
export function countOccupancy(
  kept: KeptOccupancy,
  before: ShelfStatus | null,
  after: ShelfStatus,
  isUnbroken: boolean,
): KeptOccupancy {
  const people = after.occupancy.people;
  const peopleBefore = before?.occupancy.people ?? null;
  if (!isUnbroken || people === null || peopleBefore === null || before === null)
    return { ...kept, confirmedEntrySeq: null };
  const entered = Math.max(0, people - peopleBefore);
  const entrySeq = kept.entrySeq + entered;
  const isLogin = before.interlocks.panelLoggedOut && !after.interlocks.panelLoggedOut;
  if (isLogin && people === 0) return { entrySeq, confirmedEntrySeq: entrySeq };
  return { ...kept, entrySeq };
}
