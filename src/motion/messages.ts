/**
 * Messages between gateway and motion. Motion drives carriages and knows no database; the gateway stores what motion decides and
 * passes on what people request. All of it is plain data, because it crosses a pipe between two processes.
 */
import type { AreaLock } from "../contract/aisles.ts";
import type { ErrorCode } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import type { DeviceHealth, RoomAlarm } from "../contract/ports.ts";
import type { SafetyRuleId } from "../contract/safety-rules.ts";
import type { LightTarget, ShelfVerb } from "../contract/shelf.ts";
import type { LeadStanding } from "../lead/lead-grant.ts";
import type { AreaEffect, AreaInput, AreaState, Params } from "../shelving/area-state.ts";
import type { AreaSpec } from "../site/schema.ts";

/** Initial state of an area's machine: what the database remembers of it, with a new epoch. */
export interface AreaStart {
  areaKey: string;
  spec: AreaSpec;
  epoch: number;
  wireId: number;
  inhibited: boolean;
  locks: readonly AreaLock[];
  isHeldForLocks: boolean;
  /** Fire or smoke in the room that is not over (S21). */
  roomAlarm: string | null;
  /** A motion was under way when the last motion process ended. */
  needsReset: boolean;
  /** The motion process died: a controller without a heartbeat may still be moving. */
  stopsFirst: boolean;
}

type WithoutMoment<Input> = Input extends unknown ? Omit<Input, "atMs"> : never;
/** What the gateway may feed to a machine; motion adds the time of arrival. */
export type AreaOrder =
  | WithoutMoment<Extract<AreaInput, { kind: "request" | "lock" | "unlock" | "room-alarm" }>>
  | (WithoutMoment<Extract<AreaInput, { kind: "stop" }>> & { press?: StopPress });

/** One press of STOP as it came in at one door: a route of the gateway, or STOP's own door (src/stop-door). */
export interface StopPress {
  /** The same at all doors through which one press came; null if the client sent none. */
  id: string | null;
  door: "gateway" | "stop-door";
  /** Monotonic. */
  askedAtMs: number;
}

/** A press as the journal stores it. */
export interface NotedPress {
  id: string | null;
  doors: StopPress["door"][];
  /** Wall time of the press. */
  askedAtMs: number;
}

/** A STOP that comes past the gateway: for one area, or for all. */
export interface StopWish {
  areaKey: string | null;
  actor: string;
  press: StopPress;
}

export interface KeptAreaState extends Pick<AreaState, "epoch" | "wireId" | "inhibited" | "isHeldForLocks"> {
  /** A reset is due: a STOP that the controller was not seen to follow outlives the process that sent it. */
  isStopped: boolean;
}

export function keptOf({ epoch, wireId, inhibited, isHeldForLocks, needsReset }: AreaState): KeptAreaState {
  return { epoch, wireId, inhibited, isHeldForLocks, isStopped: needsReset !== null };
}

/** A command as its database row has it. */
export interface AskedCommand {
  id: string;
  areaKey: string;
  verb: ShelfVerb;
  aisle: number;
  epoch: number;
  expectedOpenAisle: number;
  expiresAtMs: number;
  actor: Actor;
  reason: string | null;
}

/** Facts that must reach the database, once and in order. */
export type FactBody =
  | Extract<AreaEffect, { kind: "settle" | "progress" }>
  /** `times`: how often the same person gave the same STOP since the last such fact. */
  | (Extract<AreaEffect, { kind: "decision" }> & { times?: number; press?: NotedPress })
  /** `isOld`: refused once and retried later, when newer ones may be stored; it then only adds to them. */
  | ({ kind: "kept"; isOld?: true } & KeptAreaState)
  | { kind: "lock"; lock: AreaLock }
  /** Replaces a lock that was never stored while it held, and during which other gateways have led. */
  | { kind: "lock-lost"; lock: AreaLock }
  /** A command of the gateway's own that was sent before its row existed: an inhibit for locks does not wait for a database. */
  | { kind: "asked"; command: AskedCommand }
  /** Fire or smoke that motion heard by itself, raised or withdrawn; the gateway may have heard it, too. */
  | { kind: "alarm"; alarm: RoomAlarm };

/** Identifies an alarm among all that a room's devices raise. */
export type AlarmName = Pick<RoomAlarm, "roomId" | "deviceId" | "alarmId">;

export interface Fact {
  /** Counts from 1 within its log. */
  id: number;
  areaKey: string;
  /** Wall time at which it was decided. */
  atMs: number;
  body: FactBody;
}

export type ToMotion =
  /** `ask` comes back in `did`. */
  | { kind: "order"; ask: number; areaKey: string; order: AreaOrder }
  | { kind: "light"; ask: number; areaKey: string; target: LightTarget | null }
  /** An alarm withdrawn by its device or cleared by a person; sent before the order that says which alarm still holds. */
  | ({ kind: "alarm-over" } & AlarmName)
  /** Facts up to this one have arrived. */
  | { kind: "took"; upTo: number }
  /** Facts up to this one are in the database, so motion may forget them. */
  | { kind: "stored"; upTo: number }
  /** The last picture has arrived; the next may be sent. */
  | { kind: "saw" }
  | { kind: "close" };

export type FromMotion =
  | { kind: "facts"; facts: readonly Fact[] }
  /** The machine has handled an order: its decisions are in facts up to `factId`, the resulting state is `state`. */
  | { kind: "did"; ask: number; areaKey: string; factId: number; state: AreaState }
  | { kind: "lit"; ask: number; shown: LightTarget | null; refusal: { code: ErrorCode; params: Params } | null }
  /** The newest picture of all states that change by themselves; older ones that were not fetched are never sent. */
  /** How sure motion is of the gateway's lead; after "lost" it ends in order by itself. */
  | { kind: "lead"; standing: LeadStanding }
  | {
      kind: "picture";
      states: Readonly<Record<string, AreaState>>;
      health: readonly DeviceHealth[];
    };

/** Sent once when motion is ready: safety rules that each controller's protocol cannot carry. */
export type CannotKeep = Readonly<Record<string, readonly SafetyRuleId[]>>;

/** The gateway's end of a running motion. */
export interface MotionEnd {
  readonly logId: string;
  /** The process id; left out if it has no process. */
  readonly pid?: number | null;
  readonly cannotKeep: CannotKeep;
  send(message: ToMotion): void;
  onMessage(listener: (message: FromMotion) => void): void;
  /**
   * Called when motion ended unasked. `left` are the facts in its log that were not acknowledged, and perhaps earlier ones. The
   * log may be long: each iteration reads it lazily and anew.
   */
  onEnd(listener: (why: string, left: Iterable<Fact>) => void): void;
  /** Kills at once: nothing needs to be waited for, because its facts are in its log. */
  kill(): void;
  /** Ends motion in order; resolves when its ports are free. Throws motion-not-ended. */
  close(): Promise<void>;
}

/** A log left by an earlier motion; it may be long, so it is read lazily. */
export interface LeftLog {
  logId: string;
  facts: Iterable<Fact>;
}

/** Starts motion: a process of its own, or the in-memory form in simulation and tests. */
export interface Motion {
  start(areas: readonly AreaStart[]): Promise<MotionEnd>;
  /** What earlier logs still hold, oldest first; an empty log: only its row has to be deleted. */
  leftOver(): Promise<LeftLog[]>;
  /**
   * Deletes a finished log all of whose facts are stored. Its row goes when the log can no longer be read as new, but before the
   * file is gone; an interrupted deletion continues at the next start.
   */
  forget(logId: string, dropRow: () => Promise<void>): Promise<void>;
  /** The highest epoch with which motion was ever started here, by area; a restored database may not know it. */
  epochsGiven(): Promise<Readonly<Record<string, number>>>;
  /** Keeps what the database refused until the next start; false if it cannot be kept. */
  setAside(fact: Omit<Fact, "id">): boolean;
}
