/** STOP goes before all waiting requests and cuts short the one in flight. */
import { Refusal } from "../../contract/errors.ts";
import { type Line, land } from "./line.ts";
import type { Waiting } from "./queues.ts";
import { startNext } from "./run-line.ts";
import { stopPatienceMs, stopPatienceMsMax, stopQuietMs } from "./transaction.ts";

/**
 * Removes queued motion requests of this slave, which must not run after the STOP; an answer in flight gets a last, short chance.
 */
export function makeWayForStop<Frame>(line: Line<Frame>, slave: number): void {
  const isOvertaken = (entry: Waiting) => entry.priority === "motion" && entry.slave === slave;
  for (const entry of line.queues.remove(isOvertaken)) entry.reject(new Refusal("bus-preempted"));
  const running = line.flight;
  if (!running) return;
  // A STOP in flight to a dead slave must not delay the next STOP by its retries.
  if (isOvertaken(running.entry)) running.entry.retriesLeft = 0;
  const askedAtMs = line.clock.monoMs();
  const cutShort = () => {
    if (line.flight !== running || !line.queues.hasStop()) return;
    const nowMs = line.clock.monoMs();
    const isArriving = nowMs - line.reader.lastByteAtMs < stopQuietMs;
    if (isArriving && nowMs - askedAtMs < stopPatienceMsMax) {
      line.clock.after(stopQuietMs, cutShort);
      return;
    }
    land(line, running).reject(new Refusal("bus-preempted"));
    startNext(line);
  };
  line.clock.after(stopPatienceMs, cutShort);
}
