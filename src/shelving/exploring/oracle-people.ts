/** S9 and S13 by the controller's reports and by wired inputs: each applies in full, so that neither overrules the other. */
import type { ShelfStatus } from "../../contract/shelf.ts";
import type { AreaRules } from "../area-rules.ts";
import type { AreaState } from "../area-state.ts";
import type { Shadow } from "./shadow.ts";
import { isSeenEmpty } from "./shadow-people.ts";

/** A protocol that cannot report people, beside inputs that see them. */
const isSilent = ({ occupancy }: ShelfStatus, rules: AreaRules) =>
  occupancy.people === null && rules.cannotKeep.has("S9") && rules.occupancyInputs.length > 0;

/** Why it is not proven that nobody is inside, or null. */
export function whyNotEmpty(shadow: Shadow, rules: AreaRules, state: AreaState, atMs: number): string | null {
  const status = shadow.status as ShelfStatus;
  const { people, entrySeq, confirmedEntrySeq } = status.occupancy;
  if (!isSilent(status, rules)) {
    if (people !== 0) return "S9 not proven empty";
    if (rules.cannotKeep.has("S13")) {
      if (state.kept.confirmedEntrySeq !== state.kept.entrySeq) return "S13 not confirmed at the panel";
    } else if (entrySeq === null || confirmedEntrySeq === null || entrySeq !== confirmedEntrySeq) {
      return "S13 not confirmed";
    }
  }
  if (rules.occupancyInputs.length === 0) return null;
  if (!isSeenEmpty(shadow.people, rules, atMs)) return "S9 not seen empty";
  const { confirmedAtMs, doubtAtMs, activeAtMs } = shadow.people;
  return confirmedAtMs > doubtAtMs && confirmedAtMs > activeAtMs ? null : "S13 not confirmed at the button";
}

/** Whether somebody may have come in since the command went out. */
export function isEntered(shadow: Shadow, rules: AreaRules, isUnderWay: boolean, atMs: number): boolean {
  const { status, people: seen } = shadow;
  const { people, entrySeq } = status?.occupancy ?? { people: null, entrySeq: null };
  if (!status || !isSilent(status, rules)) {
    if (people !== 0 || (!rules.cannotKeep.has("S13") && entrySeq !== shadow.entrySeq && isUnderWay)) return true;
  }
  if (rules.occupancyInputs.length === 0) return false;
  return !isSeenEmpty(seen, rules, atMs) || seen.activeAtMs >= shadow.sentAtMs;
}
