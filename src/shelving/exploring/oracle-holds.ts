/** What the safety rules demand of people's locks and inhibits in one step: a part of the explorer's judge. */
import type { Advanced, AreaInput, AreaState } from "../area-state.ts";
import type { Shadow } from "./shadow.ts";
import { moves } from "./what-moves.ts";

/** I9: a refused request has no effect, and one with an effect is not refused. */
export function faultOfInhibit(
  { epoch }: Shadow,
  before: AreaState,
  input: AreaInput,
  { state, effects }: Advanced,
): string | null {
  if (input.kind !== "request" || input.verb !== "inhibit" || input.isForLocks || input.epoch !== epoch) return null;
  const { commandId } = input;
  const end = effects.find((effect) => effect.kind === "settle" && effect.commandId === commandId);
  const isRefused = end?.kind === "settle" && end.outcome === "refused";
  if (isRefused && !before.inhibited && state.inhibited) return "I9 an inhibit is refused, and holds";
  return state.inhibited ? null : "S3 an inhibit does not hold";
}

/** S22: nothing is under way while a lock is on, and what moves all the same is being stopped. */
export function faultUnderLock(shadow: Shadow, input: AreaInput, state: AreaState, hasStop: boolean): string | null {
  if (shadow.locks.length === 0) return null;
  if (state.motion) return "S22 a motion under a lock";
  if (input.kind !== "status" && input.kind !== "lock") return null;
  const isShownMoving = shadow.suspectMoves || (shadow.status !== null && moves(shadow.status));
  return isShownMoving && !hasStop && !state.stop ? "S22 moves under a lock and is not stopped" : null;
}
