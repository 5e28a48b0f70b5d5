/** S21: fire or smoke, reported by a device of the room or by the controller. It holds the area; its end alone opens nothing. */
import { roomHoldingAlarms } from "../contract/kinds/alarms.ts";
import type { ShelfStatus } from "../contract/shelf.ts";
import { decide, endMotionByStop, sendStop, type Turn } from "./turn.ts";

/** `what` is the kind of alarm in the room, null when it is over. A repeat changes nothing. */
export function onRoomAlarm(turn: Turn, what: string | null): void {
  const { state } = turn;
  const before = state.roomAlarm;
  if (before === what) return;
  state.roomAlarm = what;
  const params = { alarm: what ?? before ?? "" };
  // STOP at the beginning, so that the panel moves nothing; again at the end, so that the reset which opens this comes after it.
  if (before === null || what === null) {
    sendStop(turn, null);
    if (state.motion) endMotionByStop(turn, state.motion, "stopped", "area-room-alarm", params);
  }
  decide(turn, what === null ? "room-alarm-over" : "room-alarm", about, "area-room-alarm", params);
}

/** The controller's own fire alarm is over: a person must look and reset before anything moves again. */
export function latchAfterFire(turn: Turn, before: ShelfStatus | null, after: ShelfStatus): void {
  const over = roomHoldingAlarms.find((what) => before?.alarms?.includes(what) && !after.alarms?.includes(what));
  if (over === undefined) return;
  sendStop(turn, null);
  decide(turn, "room-alarm-over", about, "area-room-alarm", { alarm: over });
}

const about = { commandId: null, verb: "alarm", aisle: 0, actor: "gateway" };
