import { firstSeen } from "./seen-by-inputs.ts";
import { endMotionAtRest, endMotionByStop, hold, type Turn } from "./turn.ts";

/**
 * The wall clock was set, or the machine slept: nobody knows how old a waiting wish is, so it is dropped, here and in every
 * queue in front. What rolls already is followed by its statuses as before. The gap itself is the machine's, and said there.
 */
export function onClockGap(turn: Turn, gapMs: number): void {
  const { motion } = turn.state;
  const params = { gapS: Math.round(gapMs / 100) / 10 };
  hold(turn, "clock");
  // A machine that slept counts no time: a picture of before may be an hour old.
  turn.state.madeAfterMs = null;
  // Nor did the inputs see who came meanwhile.
  turn.state.seen = { ...firstSeen, entrySeq: turn.state.seen.entrySeq };
  if (motion?.phase === "warning") endMotionAtRest(turn, motion, "refused", "clock-gap", params);
  // It may be on its way: only a STOP takes it back.
  else if (motion?.phase === "sending") endMotionByStop(turn, motion, "failed", "clock-gap", params);
  // By the controller's own count what rolls goes on; by inputs nobody has watched it.
  else if (motion && turn.rules.occupancyInputs.length > 0)
    endMotionByStop(turn, motion, "stopped", "clock-gap", params);
}
