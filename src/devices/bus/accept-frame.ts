/** Classifies a frame from the line: the awaited answer, a part of it, a late answer, or an unrelated frame. */
import { Refusal } from "../../contract/errors.ts";
import { type Flight, type Line, land } from "./line.ts";
import { startNext } from "./run-line.ts";
import { framesPerAnswerMax } from "./transaction.ts";

export function acceptFrame<Frame>(line: Line<Frame>, frame: Frame, atMs: number): void {
  const running = line.flight;
  const match = running?.entry.transaction.matches(frame) ?? "no";
  if (!running || match === "no") {
    line.counters.unasked++;
    return;
  }
  const { entry } = running;
  if (isTooLate(line, running)) {
    line.counters.late++;
    land(line, running).reject(new Refusal("device-answers-late", { device: line.nameOf(entry.slave) }));
    startNext(line);
    return;
  }
  line.quarantine.answered(entry.slave);
  entry.frames.push(frame);
  if (match === "more" && entry.frames.length < framesPerAnswerMax) {
    running.deadlineMs = atMs + entry.transaction.timeoutMs;
    return;
  }
  line.counters.answered++;
  land(line, running).resolve(entry.frames);
  startNext(line);
}

/** Too late whichever ran first, the bytes or the timer: a question asked before this process was held is asked again. */
function isTooLate<Frame>(line: Line<Frame>, { entry, deadlineMs, lastMs }: Flight<Frame>): boolean {
  const { lateMsMax } = entry.transaction;
  return lateMsMax !== undefined && line.clock.monoMs() > Math.min(deadlineMs, lastMs) + lateMsMax;
}
