/** Planted bugs of the motion process, its channel and its clock: wrapped around it from outside, as in bugs.ts. */
import type { Clock } from "../../src/clock/clock.ts";
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import type { ShelfPort } from "../../src/contract/ports.ts";
import type { AreaStart, Fact, ToMotion } from "../../src/motion/messages.ts";
import { type BugName, mendStatuses, resumeOnReconnect, standingIsStopped } from "./bugs.ts";
import type { Side } from "./side.ts";

type Order = Extract<ToMotion, { kind: "order" }>;
type Say = (message: ToMotion) => void;

/** The request with the present moment as its press. */
function pressedNow(message: ToMotion, nowMs: number): ToMotion {
  if (message.kind !== "order" || message.order.kind !== "request") return message;
  return { ...message, order: { ...message.order, askedAtMs: nowMs } };
}

/** The gateway's end of the channel. */
export function sending(bug: BugName | null, gateway: Side, say: Say): Say {
  // Bug: the age of a request counts from the moment when it was stored.
  if (bug === "age-from-store") return (message) => say(pressedNow(message, gateway.clock.monoMs()));
  return say;
}

/** Bug: after this silence motion takes the gateway for dead and acts by itself. */
const silentMs = 10_500;

/** Motion's end of the channel. */
export function hearing(bug: BugName | null, motion: Side, hear: Say): Say {
  // Bug: the age of a request counts from its arrival.
  if (bug === "age-from-arrival") return (message) => hear(pressedNow(message, motion.clock.monoMs()));
  if (bug === "begin-in-the-silence") return beginInTheSilence(motion, hear);
  return hear;
}

/** Bug: a command that was refused for a while is tried again during a silence of the gateway. */
function beginInTheSilence(motion: Side, hear: Say): Say {
  const wishes = new Map<string, Order>();
  let serial = 0;
  let cancel = () => {};
  return (message) => {
    hear(message);
    if (message.kind === "order" && message.order.kind === "request" && message.order.verb === "open")
      wishes.set(message.areaKey, message);
    cancel();
    cancel = motion.clock.after(silentMs, () => {
      for (const wish of wishes.values()) {
        const order = { ...wish.order, commandId: `silence-${++serial}` } as Order["order"];
        hear(pressedNow({ ...wish, ask: -serial, order }, motion.clock.monoMs()));
      }
    });
  };
}

/** The facts that a dead motion left, as the gateway reads them. */
export function leavings(bug: BugName | null, left: readonly Fact[]): readonly Fact[] {
  return bug === "forget-what-motion-left" ? [] : left;
}

const again = "-again";
/** The real name of a log that `leftLog` renamed. */
export const trueName = (logId: string) => logId.replace(again, "");

/** A log that an earlier motion left, as the next gateway reads it. */
export function leftLog(bug: BugName | null, { logId, facts }: { logId: string; facts: readonly Fact[] }) {
  // Under a new name it counts as a new log, of which nothing is known to be stored.
  if (bug === "store-twice") return { logId: `${logId}${again}`, facts };
  return { logId, facts: leavings(bug, facts) };
}

/** The areas' state at the start of motion. */
export function startWith(bug: BugName | null, areas: readonly AreaStart[]): readonly AreaStart[] {
  if (bug !== "dead-is-stopped") return areas;
  // Bug: assumes that everything stopped with the dead motion.
  return areas.map((start) => ({ ...start, stopsFirst: false, needsReset: false }));
}

/** Bug: motion ignores that the clock was set. */
export function motionClock(bug: BugName | null, clock: Clock, base: VirtualClock): Clock {
  if (bug !== "clock-gap-unseen") return clock;
  const apartMs = Math.floor(base.nowMs() - base.monoMs());
  return { ...clock, nowMs: () => clock.monoMs() + apartMs };
}

/** Bug: renumbers statuses whose numbers run backwards. */
function numberAnew(port: ShelfPort): ShelfPort {
  let seq = 0;
  return {
    ...port,
    onStatus: (listener) => port.onStatus((status, ...when) => listener({ ...status, seq: ++seq }, ...when)),
  };
}

const portBugs: Partial<Record<BugName, (port: ShelfPort) => ShelfPort>> = {
  "resume-on-reconnect": resumeOnReconnect,
  "standing-is-stopped": standingIsStopped,
  "mend-statuses": mendStatuses,
  "believe-repeats": numberAnew,
};

export function portWith(bug: BugName | null, port: ShelfPort): ShelfPort {
  const wrap = bug && portBugs[bug];
  return wrap ? wrap(port) : port;
}
