import { firstSeen } from "./seen-by-inputs.ts";
import { endMotionAtRest, endMotionByStop, hold, type Turn } from "./turn.ts";

/**
 * The wall clock was set, or the machine slept: the age of a waiting request is unknown, so it is dropped, here and in every
 * queue before. Motion under way is followed by its statuses as before. The gap itself is reported for the whole machine.
 */
export function onClockGap(turn: Turn, gapMs: number): void {
  const { motion } = turn.state;
  const params = { gapS: Math.round(gapMs / 100) / 10 };
  hold(turn, "clock");
  // Monotonic time may not count sleep: a picture from before may be an hour old.
  turn.state.madeAfterMs = null;
  // Nor did the inputs see who came meanwhile.
  turn.state.seen = { ...firstSeen, entrySeq: turn.state.seen.entrySeq };
  if (motion?.phase === "warning") endMotionAtRest(turn, motion, "refused", "clock-gap", params);
  // The command may be on its way: only a STOP takes it back.
  else if (motion?.phase === "sending") endMotionByStop(turn, motion, "failed", "clock-gap", params);
  // A controller that counts people itself goes on; with inputs nobody watched meanwhile, so the motion ends.
  else if (motion && turn.rules.occupancyInputs.length > 0)
    endMotionByStop(turn, motion, "stopped", "clock-gap", params);
}
