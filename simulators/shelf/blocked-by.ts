/** Why nothing may move now. Unknown counts as no. */
import type { RefusalReason, ShelfActivity } from "../../src/contract/shelf.ts";
import type { ControllerRules, ControllerState } from "./state.ts";

/** Any latch that only the reset key clears. */
export function needsReset(state: ControllerState): boolean {
  return (
    state.emergencyLatched ||
    state.tripped ||
    state.overCurrent ||
    state.sensorFault ||
    state.notHomed ||
    state.heartbeatLost ||
    state.stopped
  );
}

export function blockedBy(state: ControllerState): RefusalReason | null {
  if (state.emergencyPressed || needsReset(state)) return "interlock";
  if (state.inhibited || state.loggedOut || state.isProtected) return "interlock";
  // S9, S10: the whole area, because every column borders an aisle in which somebody may be.
  if (state.people !== 0 || state.occupied) return "occupied";
  if (state.confirmedEntrySeq !== state.entrySeq) return "not-confirmed";
  return null;
}

export function isBeatStale(state: ControllerState, rules: ControllerRules, nowMs: number): boolean {
  return rules.needsHeartbeat && (state.beatAtMs === null || nowMs - state.beatAtMs > rules.heartbeatStaleMs);
}

export function activityOf(state: ControllerState): ShelfActivity {
  // A received STOP is shown whatever else is wrong: faults have bits of their own.
  if (state.stopped) return "stopped";
  if (state.overCurrent || state.sensorFault) return "fault";
  if (needsReset(state)) return "stopped";
  if (!state.job) return "idle";
  return state.job.verb === "open" ? "opening" : state.job.verb === "close" ? "closing" : "ventilating";
}
