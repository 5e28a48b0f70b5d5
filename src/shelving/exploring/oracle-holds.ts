/** What the safety rules demand of people's locks and inhibits in one step: a part of the explorer's judge. */
import type { ShelfCommand } from "../../contract/shelf.ts";
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

/** S15: the same command, once its write was lost, while it lives. */
export function faultOfRepeat(
  { inhibitOut, gapAtMs, lead }: Shadow,
  { wireId, ttlMs }: ShelfCommand,
  atMs: number,
): string | null {
  if (!inhibitOut || inhibitOut.wireId !== wireId) return "an inhibit was sent unasked";
  if (inhibitOut.lostAtMs === null) return "an inhibit that is out is sent again";
  if (lead === "lost") return "an inhibit is sent again while another leads";
  if (gapAtMs >= inhibitOut.atMs) return "an inhibit is sent again after a jump of the clock";
  return atMs + ttlMs > inhibitOut.atMs + 2000 ? "S15 an inhibit is sent again after its time" : null;
}

/** I9: never forgotten while it may be sent, and told as what it is when it may not. */
export function faultOfLost(
  { inhibitOut, settingId, gapAtMs, lead }: Shadow,
  input: AreaInput,
  { state, effects }: Advanced,
): string | null {
  if (!inhibitOut || input.kind === "restart") return null;
  const end = effects.find((effect) => effect.kind === "settle" && effect.commandId === settingId);
  const { atMs, lostAtMs } = inhibitOut;
  if (lostAtMs === null) return null;
  if (end?.kind === "settle" && end.outcome === "failed" && input.kind !== "status")
    return end.code === "inhibit-here-only" ? null : `an inhibit that was not delivered is told as ${end.code}`;
  if (end || input.kind !== "tick") return null;
  if (input.atMs - atMs >= 2000 && state.setting) return "an inhibit that was not delivered is never told so";
  const isDue = input.atMs - lostAtMs >= 300 && gapAtMs < atMs && lead !== "lost";
  const isSent = effects.some((effect) => effect.kind === "send" && effect.command.verb === "inhibit");
  return isDue && !isSent ? "an inhibit whose write was lost is not sent again" : null;
}

/** S22: nothing is under way while a lock is on, and what moves all the same is being stopped. */
export function faultUnderLock(shadow: Shadow, input: AreaInput, state: AreaState, hasStop: boolean): string | null {
  if (shadow.locks.length === 0) return null;
  if (state.motion) return "S22 a motion under a lock";
  if (input.kind !== "status" && input.kind !== "lock") return null;
  const isShownMoving = shadow.suspectMoves || (shadow.status !== null && moves(shadow.status));
  return isShownMoving && !hasStop && !state.stop ? "S22 moves under a lock and is not stopped" : null;
}
