/** State, inputs and effects of one area's machine: plain data, so that it can be explored, stored and replayed. */
import type { AreaLock } from "../contract/aisles.ts";
import type { ErrorCode } from "../contract/errors.ts";
import type { RefusalReason, ShelfCommand, ShelfStatus, ShelfVerb } from "../contract/shelf.ts";
import type { LeadStanding } from "../lead/lead-grant.ts";
import type { Block } from "./plan-opening.ts";
import { firstSeen, type SeenByInputs } from "./seen-by-inputs.ts";
import { firstOrder, type StatusOrder } from "./status-order.ts";

export type Params = Record<string, string | number>;
export type MotionVerb = "open" | "close" | "ventilate";
export type SettingVerb = "inhibit" | "release" | "pause";

export function isMotionVerb(verb: ShelfVerb): verb is MotionVerb {
  return verb === "open" || verb === "close" || verb === "ventilate";
}

/**
 * warning: light and sound by the gateway, nothing written yet (only where the controller does not warn itself) · sending:
 * written, the port has not answered · sent: the controller accepted it · moving: the status shows that it acts on it.
 */
export type MotionPhase = "warning" | "sending" | "sent" | "moving";

/** The one motion command under way (S11). */
export interface Motion {
  commandId: string;
  verb: MotionVerb;
  aisle: number;
  actor: string;
  /** When the button was pressed; all waiting since then counts (S15). */
  askedAtMs: number;
  fromAisle: number;
  wireId: number;
  phase: MotionPhase;
  tries: number;
  /** Latest moment to write it; the controller counts its own time to live from receipt (S15). */
  latestSendMs: number;
  /** When this phase fails by itself. */
  deadlineMs: number;
  timeoutMs: number;
  sentAtMs: number;
  entrySeq: number | null;
  sawMoving: boolean;
}

/** An inhibit, release or pause under way: none of them starts motion. */
export interface Setting {
  commandId: string;
  verb: SettingVerb;
  actor: string;
  wireId: number;
  deadlineMs: number;
  /** The first time; `tries` counts that one, too. */
  sentAtMs: number;
  tries: number;
  /** Its write was lost, and it waits to go out again. */
  lostAtMs: number | null;
  /** The gateway's own, for people's locks: nobody's 禁止移动 begins or ends by it. */
  isForLocks: boolean;
}

/** A STOP that the controller has not yet been seen to follow: it is repeated until then. */
export interface StopWatch {
  commandIds: string[];
  firstAtMs: number;
  lastAtMs: number;
  repeats: number;
  /** When the port reported it written and answered: the most that a controller without such a status can give. */
  answeredAtMs: number | null;
  /** It took too long, and the alarm was raised. */
  isTold: boolean;
}

/** Motion ended badly or was stopped: only a deliberate reset opens the area again (S3). */
export interface ResetNeed {
  sinceMs: number;
  /** The boot that has shown itself stopped since then; the reset is when the same boot goes to idle. */
  latchedBootId: number | null;
}

/** What cancels every request made before it; "shelf": the controller showed a stop or inhibit of its own. */
export type HeldBy = "stop" | "lock" | "inhibit" | "shelf" | "clock" | "lead";

/** An impossible status: it permits nothing and cancels all permissions; the danger that it shows counts. */
export interface Suspect {
  status: ShelfStatus;
  atMs: number;
  why: Block;
}

/** What the gateway counts for a controller that cannot (S9, S13). */
export interface KeptOccupancy {
  entrySeq: number;
  confirmedEntrySeq: number | null;
}

export interface AreaState {
  /** Fencing number of this gateway's grant (I4); grows with every start of the gateway. */
  epoch: number;
  /** The last one used. */
  wireId: number;
  link: "unknown" | "up" | "down";
  /** The last plausible status, by which permissions are judged. */
  status: ShelfStatus | null;
  statusAtMs: number;
  /** The controller made it after this moment, as proven by an answer or echo; null: nothing proves it. */
  madeAfterMs: number | null;
  order: StatusOrder;
  /** The newest message, plausible or not. */
  heard: ShelfStatus | null;
  /** When the carriages were last seen at rest with an aisle open. */
  rest: { openAisle: number; atMs: number } | null;
  suspect: Suspect | null;
  /** When each contradiction was last reported. */
  suspectsTold: Readonly<Partial<Record<ErrorCode, number>>>;
  /** Statuses rejected and repeats ignored since the start. */
  statusesRefused: number;
  statusesRepeated: number;
  motion: Motion | null;
  setting: Setting | null;
  stop: StopWatch | null;
  needsReset: ResetNeed | null;
  /** Latest time of each. */
  held: Readonly<Partial<Record<HeldBy, number>>>;
  /** 禁止移动 by the gateway itself, whether or not the controller received it. */
  inhibited: boolean;
  /** S22: at most one a person, in the order in which they were put on. */
  locks: readonly AreaLock[];
  /** S21: fire or smoke reported by a device of the room and not cleared by anybody. */
  roomAlarm: string | null;
  /** How sure the gateway is that no other one moves this area. */
  lead: LeadStanding;
  /** The controller was told to inhibit for locks. After the last lock this inhibit is withdrawn, and nobody else's. */
  isHeldForLocks: boolean;
  /** A command that was given up: if its motion starts late, it is stopped. */
  deadWireId: number | null;
  kept: KeptOccupancy;
  /** Empty if the site file names no occupancy input. */
  seen: SeenByInputs;
}

export interface AreaRequest {
  kind: "request";
  atMs: number;
  /** When the person pressed, on the same monotonic clock: a request ages from then, whatever it waited for. */
  askedAtMs: number;
  commandId: string;
  verb: ShelfVerb;
  /** 0 for every verb but open. */
  aisle: number;
  epoch: number;
  actor: string;
  /** Set for the gateway's own inhibit or release that holdWanted of on-lock.ts asks for. */
  isForLocks?: boolean;
}

export type AreaInput =
  | AreaRequest
  | { kind: "status"; atMs: number; status: ShelfStatus; madeAfterMs: number | null }
  | { kind: "link"; atMs: number; up: boolean }
  | { kind: "stop"; atMs: number; commandId: string; actor: string }
  /** The port's stop() resolved: written and answered. */
  | { kind: "stop-answered"; atMs: number }
  /** A key switch or button on a digital input was operated. */
  | { kind: "reset-input"; atMs: number; inputId: string }
  /** One reading of inputs that see people, by id: true somebody, false nobody, null unknown. */
  | { kind: "occupancy"; atMs: number; readAtMs: number; states: Readonly<Record<string, boolean | null>> }
  /** A button at the shelf: the person who pressed it has looked, and nobody is inside. */
  | { kind: "confirm-input"; atMs: number; inputId: string; pressedAtMs: number }
  /** Wall and monotonic time diverged: the clock was set, or the machine slept. Negative: the wall clock went back. */
  | { kind: "clock-gap"; atMs: number; gapMs: number }
  | { kind: "lock"; atMs: number; lock: AreaLock }
  | { kind: "unlock"; atMs: number; personId: string }
  | { kind: "room-alarm"; atMs: number; what: string | null }
  | { kind: "lead"; atMs: number; standing: LeadStanding }
  | { kind: "written"; atMs: number; wireId: number }
  /** `reason`: the controller refused in an answer of its own; left out: the outcome of the write is unknown. */
  | { kind: "write-failed"; atMs: number; wireId: number; reason?: RefusalReason }
  | { kind: "tick"; atMs: number }
  | { kind: "restart"; atMs: number; epoch: number };

export type Outcome = "done" | "refused" | "failed" | "expired" | "stopped";

/** The inputs on which the machine based a decision (S24). */
export interface InputsSeen {
  link: AreaState["link"];
  statusAgeMs: number | null;
  /** Largest possible age of the picture in it. */
  pictureAgeMs: number | null;
  activity: string | null;
  openAisle: number | null;
  interlocks: string[];
  people: number | null;
  entrySeq: number | null;
  confirmedEntrySeq: number | null;
  /** Readings of the wired inputs that see people; left out if there are none. */
  sensors?: Record<string, "somebody" | "nobody" | "unknown">;
  bootId: number | null;
  epoch: number;
  /** Ids of the people whose locks are on. */
  locks: string[];
  needsReset: boolean;
  /** The contradiction in the newest status, if any. */
  suspect: string | null;
  /** Command under way, if any. */
  motion: string | null;
}

export type DecisionKind =
  | "accepted"
  | "already-so"
  | "refused"
  | "done"
  | "ended"
  | "stop"
  | "late-start"
  | "under-lock"
  | "reset-seen"
  | "reset-ignored"
  | "confirm-seen"
  | "confirm-ignored"
  | "implausible"
  | "lead"
  | "alarm"
  | "room-alarm"
  | "room-alarm-over";

export type AreaEffect =
  | { kind: "stop" }
  | { kind: "heartbeat"; on: boolean }
  | { kind: "send"; commandId: string; command: ShelfCommand }
  | { kind: "progress"; commandId: string; state: "sent" | "accepted"; wireId: number }
  | { kind: "settle"; commandId: string; outcome: Outcome; code: ErrorCode | null; params: Params }
  | {
      kind: "decision";
      decision: DecisionKind;
      commandId: string | null;
      verb: string;
      aisle: number;
      actor: string;
      code: ErrorCode | null;
      params: Params;
      inputs: InputsSeen;
      /** Shown on every console within a second. */
      alarm: boolean;
    };

export interface Advanced {
  state: AreaState;
  effects: AreaEffect[];
}

/** The state after a start of the gateway: nothing known, nothing under way (S3). */
export function firstAreaState(start: {
  epoch: number;
  wireId: number;
  inhibited?: boolean;
  locks?: readonly AreaLock[];
  isHeldForLocks?: boolean;
  roomAlarm?: string | null;
  lead?: LeadStanding;
  needsReset?: { sinceMs: number } | null;
}): AreaState {
  return {
    epoch: start.epoch,
    wireId: start.wireId,
    link: "unknown",
    status: null,
    statusAtMs: 0,
    madeAfterMs: null,
    order: firstOrder,
    heard: null,
    rest: null,
    suspect: null,
    suspectsTold: {},
    statusesRefused: 0,
    statusesRepeated: 0,
    motion: null,
    setting: null,
    // A motion was under way, or the controller does not latch: it is stopped first, so that its reset can be seen.
    stop: start.needsReset ? firstStop(start.needsReset.sinceMs) : null,
    needsReset: start.needsReset ? { sinceMs: start.needsReset.sinceMs, latchedBootId: null } : null,
    held: {},
    inhibited: start.inhibited ?? false,
    locks: start.locks ?? [],
    isHeldForLocks: start.isHeldForLocks ?? false,
    roomAlarm: start.roomAlarm ?? null,
    lead: start.lead ?? "held",
    deadWireId: null,
    kept: { entrySeq: 0, confirmedEntrySeq: null },
    seen: firstSeen,
  };
}

/** A STOP that was not sent yet: due at the first tick and at the first message of the controller. */
function firstStop(sinceMs: number): StopWatch {
  const never = Number.NEGATIVE_INFINITY;
  return { commandIds: [], firstAtMs: sinceMs, lastAtMs: never, repeats: 0, answeredAtMs: null, isTold: false };
}
