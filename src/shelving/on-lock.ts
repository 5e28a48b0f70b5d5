/** S22: a person's own lock. It first stops what moves; taking it off starts nothing. */
import type { AreaLock } from "../contract/aisles.ts";
import type { ShelfStatus } from "../contract/shelf.ts";
import type { AreaRules } from "./area-rules.ts";
import type { AreaState } from "./area-state.ts";
import { isFresh, isMoving, lockedBy, showsMoving } from "./guards.ts";
import { keeps } from "./keeps.ts";
import { pictureBlock } from "./picture-proof.ts";
import { decide, endMotionByStop, hold, sendStop, type Turn } from "./turn.ts";

export function onLock(turn: Turn, lock: AreaLock): void {
  const { state } = turn;
  state.locks = [...state.locks.filter((one) => one.personId !== lock.personId), lock];
  hold(turn, "lock");
  if (state.motion) endMotionByStop(turn, state.motion, "stopped", "area-locked", { who: lock.name });
  else if (showsMoving(state)) sendStop(turn, null);
}

export function onUnlock(turn: Turn, personId: string): void {
  turn.state.locks = turn.state.locks.filter((one) => one.personId !== personId);
}

/**
 * The inhibit or release to send to the controller, so that nothing moves from its panel either; null: nothing, or not now. Only
 * an inhibit that was set for locks is released: another may belong to a supervisor, or to a key at the shelf.
 */
export function holdWanted(rules: AreaRules, state: AreaState, atMs: number): "inhibit" | "release" | null {
  const { status, locks } = state;
  if (!keeps(rules, "S22") || state.link !== "up" || !status || state.setting || !isFresh(state, rules, atMs))
    return null;
  const isInhibited = status.interlocks.inhibited;
  if (locks.length > 0) return isInhibited ? null : "inhibit";
  if (state.lead !== "held" || state.motion || state.inhibited) return null;
  return isInhibited && state.isHeldForLocks && !pictureBlock(state, rules, atMs) ? "release" : null;
}

/** An inhibit that somebody else sets later does not belong to the locks. */
export function forgetHold({ state }: Turn, status: ShelfStatus): void {
  if (!status.interlocks.inhibited && state.locks.length === 0 && !state.setting) state.isHeldForLocks = false;
}

/** A controller without an inhibit can still move from its panel while somebody works there: that is stopped and reported. */
export function stopUnderLock(turn: Turn, status: ShelfStatus): void {
  const by = lockedBy(turn.state);
  if (!by || !isMoving(status) || turn.state.stop) return;
  sendStop(turn, null);
  const about = { commandId: null, verb: "stop", aisle: 0, actor: "gateway" };
  decide(turn, "under-lock", about, "motion-under-lock", by, true);
}
