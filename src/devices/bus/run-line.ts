/** Sends the next request when the line is free for it; repeats or gives up one that is not answered in time. */
import { Refusal } from "../../contract/errors.ts";
import { downReason, type Entry, type Flight, type Line, land } from "./line.ts";
import { heldMsMax } from "./line-watch.ts";
import type { Waiting } from "./queues.ts";
import { queuedMsMax } from "./transaction.ts";

/** After a timeout the line must be quiet this long before the next request; else a late answer would be taken for its answer. */
export const lateAnswerQuietMs = 20;
const lateAnswerWaitMsMax = 200;

export function startNext<Frame>(line: Line<Frame>): void {
  if (line.flight || !line.link.state.up || line.queues.length === 0) return;
  if (line.watch.isOn && !line.queues.hasStop()) return;
  const nowMs = line.clock.monoMs();
  // The frame gap is needed on the wire: without it the slave reads two frames as one. All other pauses yield to STOP.
  let waitMs = line.gapUntilMs - nowMs;
  if (!line.queues.hasStop() && nowMs < line.quietUntilMsMax) {
    waitMs = Math.max(waitMs, Math.min(line.quietUntilMsMax, line.reader.lastByteAtMs + lateAnswerQuietMs) - nowMs);
  }
  if (waitMs > 0) {
    wakeAt(line, nowMs + waitMs);
    return;
  }
  const entry = line.queues.next();
  if (!entry) return;
  if (nowMs - entry.queuedAtMs > (entry.transaction.queuedMsMax ?? queuedMsMax[entry.priority])) {
    entry.reject(new Refusal("device-timeout", { device: line.nameOf(entry.slave) }));
    startNext(line);
    return;
  }
  send(line, entry, nowMs);
}

/** A STOP that arrives during a long pause brings the wake-up forward. */
function wakeAt<Frame>(line: Line<Frame>, atMs: number): void {
  if (atMs >= line.wakeAtMs) return;
  line.cancelWake();
  line.wakeAtMs = atMs;
  line.cancelWake = line.clock.after(Math.ceil(atMs - line.clock.monoMs()), () => {
    line.wakeAtMs = Number.POSITIVE_INFINITY;
    startNext(line);
  });
}

function send<Frame>(line: Line<Frame>, entry: Entry<Frame>, nowMs: number): void {
  line.reader.discardPending();
  const { transaction } = entry;
  const lastMs = nowMs + (transaction.answerMsMax ?? 4 * transaction.timeoutMs);
  const starting: Flight<Frame> = { entry, deadlineMs: nowMs + transaction.timeoutMs, lastMs, cancel: () => {} };
  line.flight = starting;
  entry.frames = [];
  line.quietUntilMsMax = Number.NEGATIVE_INFINITY;
  line.counters.sent++;
  transaction.onSent?.(nowMs);
  armDeadline(line, starting, transaction.timeoutMs);
  line.link.write(transaction.bytes).catch((error: unknown) => {
    if (line.flight !== starting) return;
    land(line, starting).reject(error instanceof Refusal ? error : downReason(line));
    startNext(line);
  });
}

/** One timer a transaction: frames only move the deadline, and the timer checks it again when it fires. */
function armDeadline<Frame>(line: Line<Frame>, running: Flight<Frame>, afterMs: number): void {
  running.cancel = line.clock.after(Math.ceil(afterMs), () => {
    if (line.flight !== running) return;
    const leftMs = Math.min(running.deadlineMs, running.lastMs) - line.clock.monoMs();
    if (leftMs > 0) armDeadline(line, running, leftMs);
    else timeOut(line, running);
  });
}

function timeOut<Frame>(line: Line<Frame>, running: Flight<Frame>): void {
  const entry = land(line, running);
  const nowMs = line.clock.monoMs();
  line.counters.timeouts++;
  line.quietUntilMsMax = nowMs + lateAnswerWaitMsMax;
  line.watch.begin();
  // This process was held, so the answer may well have come unread.
  const wasHeld = nowMs > Math.min(running.deadlineMs, running.lastMs) + heldMsMax;
  const isQuarantined = !wasHeld && line.quarantine.failed(entry.slave, nowMs);
  if (entry.retriesLeft > 0 && (!isQuarantined || entry.priority === "stop")) {
    entry.retriesLeft--;
    line.queues.putBack(entry);
  } else {
    entry.reject(new Refusal("device-timeout", { device: line.nameOf(entry.slave) }));
  }
  if (isQuarantined) {
    const waitMs = line.quarantine.waitMs(entry.slave, nowMs);
    const isDropped = (waiting: Waiting) => waiting.slave === entry.slave && waiting.priority !== "stop";
    for (const dropped of line.queues.remove(isDropped)) {
      dropped.reject(new Refusal("device-quarantined", { device: line.nameOf(entry.slave), waitMs }));
    }
  }
  startNext(line);
}
