/** S22: a person's own lock. The first thing it does is stop what moves; taking it off starts nothing. */
import type { AreaLock } from "../contract/aisles.ts";
import type { ShelfStatus } from "../contract/shelf.ts";
import { isMoving, lockedBy } from "./guards.ts";
import { decide, endMotionByStop, sendStop, type Turn } from "./turn.ts";

export function onLock(turn: Turn, lock: AreaLock): void {
  const { state } = turn;
  state.locks = [...state.locks.filter((one) => one.personId !== lock.personId), lock];
  if (state.motion) endMotionByStop(turn, state.motion, "stopped", "area-locked", { who: lock.name });
  else if (state.status && isMoving(state.status)) sendStop(turn, null);
}

export function onUnlock(turn: Turn, personId: string): void {
  turn.state.locks = turn.state.locks.filter((one) => one.personId !== personId);
}

/** The panel at the shelf can move carriages without the gateway: somebody works between them, so that is stopped and told. */
export function stopUnderLock(turn: Turn, status: ShelfStatus): void {
  const by = lockedBy(turn.state);
  if (!by || !isMoving(status) || turn.state.stop) return;
  sendStop(turn, null);
  const about = { commandId: null, verb: "stop", aisle: 0, actor: "gateway" };
  decide(turn, "under-lock", about, "motion-under-lock", by, true);
}
