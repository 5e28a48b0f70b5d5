/** Who is between the faces, as the machine may believe it: the controller's count, or the gateway's own where it cannot (S9, S13). */

import type { Occupancy, ShelfStatus } from "../contract/shelf.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaState, KeptOccupancy } from "./area-state.ts";
import { keeps } from "./keeps.ts";

function gatewayCounts(rules: AreaRules): boolean {
  return !keeps(rules, "S9") || !keeps(rules, "S13");
}

export function occupancyOf(state: AreaState, rules: AreaRules): Occupancy {
  const told = state.status?.occupancy ?? { people: null, entrySeq: null, confirmedEntrySeq: null };
  if (!gatewayCounts(rules)) return told;
  return {
    people: told.people,
    entrySeq: told.people === null ? null : state.kept.entrySeq,
    confirmedEntrySeq: state.kept.confirmedEntrySeq,
  };
}

/**
 * Counts entries from status to status. A panel login while the count is zero is the confirmation; anything that may have
 * hidden an entry (silence, a lost link, an unknown count, a restart) takes the confirmation away.
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
