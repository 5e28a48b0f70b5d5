/** Motors off, brakes on, the job ended. The caller sets the latches that prevent further motion. */
import type { RefusalReason } from "../../src/contract/shelf.ts";
import type { Advanced, ControllerEffect, ControllerState } from "./state.ts";

/** `reason` is the outcome of the job that ended here. */
export function standStill(state: ControllerState, reason: RefusalReason = "interlock"): Advanced {
  const effects: ControllerEffect[] = [{ kind: "brake" }];
  const { job } = state;
  let { lastCommand } = state;
  if (job) {
    lastCommand = { wireId: job.wireId, result: "refused", reason };
    effects.push({ kind: "answer", ...lastCommand });
  }
  const openAisle = state.phase === "moving" ? null : state.openAisle;
  return { state: { ...state, phase: "rest", job: null, lastCommand, openAisle }, effects };
}
