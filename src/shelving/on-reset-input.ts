import { isFresh, isMoving } from "./guards.ts";
import { decide, type Turn } from "./turn.ts";

/** S3: a wired key opens the area again only where all stands still, as a fresh status shows, and no STOP is unconfirmed. */
export function onResetInput(turn: Turn, inputId: string): void {
  const { state, rules, atMs } = turn;
  const { status } = state;
  if (!state.needsReset || !rules.resetInputs.includes(inputId)) return;
  if (state.link !== "up" || status === null || !isFresh(state, rules, atMs) || state.stop || state.motion) return;
  if (isMoving(status) || status.activity === "stopped" || status.activity === "fault") return;
  if (status.interlocks.emergencyStop || status.interlocks.tripped || status.interlocks.overCurrent) return;
  state.needsReset = null;
  decide(turn, "reset-seen", { commandId: null, verb: "reset", aisle: 0, actor: `input:${inputId}` });
}
