/** The keys at the shelf. Reset is the one deliberate act that clears latches, and it moves nothing (S4). */
import { standStill } from "./stand-still.ts";
import type { Advanced, ControllerState, PanelKey, Senses } from "./state.ts";

export function pressKey(state: ControllerState, key: PanelKey, senses: Senses): Advanced {
  switch (key) {
    case "emergency-press":
      return standStill({ ...state, emergencyPressed: true, emergencyLatched: true });
    case "emergency-release":
      return { state: { ...state, emergencyPressed: false }, effects: [] };
    case "login":
      return { state: { ...state, loggedOut: false }, effects: [] };
    case "logout":
      return halted({ ...state, loggedOut: true });
    case "protect":
      return halted({ ...state, isProtected: true });
    case "unprotect":
      return { state: { ...state, isProtected: false }, effects: [] };
    case "confirm":
      return confirm(state);
    case "reset":
      return reset(state, senses);
  }
}

/** Logging out at the panel during a motion stops it, and S3 requires a reset then. */
function halted(state: ControllerState): Advanced {
  if (state.phase === "rest") return { state, effects: [] };
  return standStill({ ...state, stopped: true });
}

/** S13. Has no effect while somebody may be inside: then only a reset after counting out will do (S9). */
function confirm(state: ControllerState): Advanced {
  if (state.people !== 0 || state.occupied || state.phase !== "rest") {
    return { state, effects: [{ kind: "event", name: "confirm-ignored" }] };
  }
  return { state: { ...state, confirmedEntrySeq: state.entrySeq }, effects: [{ kind: "event", name: "confirmed" }] };
}

/**
 * A person looked: latches are cleared, the absolute marks are read (homing without motion), the area counts as empty. A count
 * that was lost (null) starts at 0 again on this person's word; a count above 0 is believed instead.
 */
function reset(state: ControllerState, senses: Senses): Advanced {
  const counted = state.people ?? 0;
  if (state.phase !== "rest" || !senses.standing || state.emergencyPressed || counted > 0) {
    return { state, effects: [{ kind: "event", name: "reset-ignored" }] };
  }
  return {
    state: {
      ...state,
      emergencyLatched: false,
      tripped: false,
      overCurrent: false,
      sensorFault: false,
      notHomed: false,
      heartbeatLost: false,
      stopped: false,
      people: 0,
      occupied: false,
      confirmedEntrySeq: state.entrySeq,
      openAisle: senses.openAisle,
    },
    effects: [{ kind: "event", name: "reset" }],
  };
}
