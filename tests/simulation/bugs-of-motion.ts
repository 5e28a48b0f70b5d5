/** Planted bugs of the motion process, its channel and its clock: wrapped around it from outside, as in bugs.ts. */
import type { Clock } from "../../src/clock/clock.ts";
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import type { ShelfPort } from "../../src/contract/ports.ts";
import type { AreaStart, Fact, ToMotion } from "../../src/motion/messages.ts";
import { type BugName, mendStatuses, resumeOnReconnect, standingIsStopped } from "./bugs.ts";
import type { Side } from "./side.ts";

type Order = Extract<ToMotion, { kind: "order" }>;
type Say = (message: ToMotion) => void;

/** A wish as if it had been pressed just now. */
function pressedNow(message: ToMotion, nowMs: number): ToMotion {
  if (message.kind !== "order" || message.order.kind !== "request") return message;
  return { ...message, order: { ...message.order, askedAtMs: nowMs } };
}

/** The gateway's end of the channel. */
export function sending(bug: BugName | null, gateway: Side, say: Say): Say {
  // The age of a wish counts from after its store.
  if (bug === "age-from-store") return (message) => say(pressedNow(message, gateway.clock.monoMs()));
  return say;
}

/** A gateway that is silent for so long has died, thinks this motion, and helps itself. */
const silentMs = 10_500;

/** Motion's end of the channel. */
export function hearing(bug: BugName | null, motion: Side, hear: Say): Say {
  // The age of a wish counts from its arrival.
  if (bug === "age-from-arrival") return (message) => hear(pressedNow(message, motion.clock.monoMs()));
  if (bug === "begin-in-the-silence") return beginInTheSilence(motion, hear);
  return hear;
}

/** What was refused for a while is tried again when nobody says otherwise. */
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

/** What a dead motion had kept, as the gateway reads it. */
export function leavings(bug: BugName | null, left: readonly Fact[]): readonly Fact[] {
  return bug === "forget-what-motion-left" ? [] : left;
}

const again = "-again";
/** Of a log that `leftLog` gave another name. */
export const trueName = (logId: string) => logId.replace(again, "");

/** A log that an earlier motion left, as the next gateway reads it. */
export function leftLog(bug: BugName | null, { logId, facts }: { logId: string; facts: readonly Fact[] }) {
  // A new name is a new log: nobody knows how much of it is stored.
  if (bug === "store-twice") return { logId: `${logId}${again}`, facts };
  return { logId, facts: leavings(bug, facts) };
}

/** How the areas begin. */
export function startWith(bug: BugName | null, areas: readonly AreaStart[]): readonly AreaStart[] {
  if (bug !== "dead-is-stopped") return areas;
  // What died has stopped, and so has what it moved.
  return areas.map((start) => ({ ...start, stopsFirst: false, needsReset: false }));
}

/** A clock that is set is none of motion's business. */
export function motionClock(bug: BugName | null, clock: Clock, base: VirtualClock): Clock {
  if (bug !== "clock-gap-unseen") return clock;
  const apartMs = Math.floor(base.nowMs() - base.monoMs());
  return { ...clock, nowMs: () => clock.monoMs() + apartMs };
}

/** Numbers that run backwards are put right. */
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
