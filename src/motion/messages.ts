/**
 * What gateway and motion say to each other. Motion drives carriages and knows no database; the gateway keeps what motion
 * decides and asks it for what people want. Everything here is plain data: it crosses a pipe between two processes.
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

/** How an area's machine begins: what the database remembers of it, with a new epoch. */
export interface AreaStart {
  areaKey: string;
  spec: AreaSpec;
  epoch: number;
  wireId: number;
  inhibited: boolean;
  locks: readonly AreaLock[];
  isHeldForLocks: boolean;
  /** Fire or smoke that stands in the room (S21). */
  roomAlarm: string | null;
  /** Something was under way when the last one ended. */
  needsReset: boolean;
  /** The motion process died: a controller that keeps no heartbeat may still be moving. */
  stopsFirst: boolean;
}

type WithoutMoment<Input> = Input extends unknown ? Omit<Input, "atMs"> : never;
/** What the gateway may put into a machine; motion adds the moment at which it arrived. */
export type AreaOrder =
  | WithoutMoment<Extract<AreaInput, { kind: "request" | "lock" | "unlock" | "room-alarm" }>>
  | (WithoutMoment<Extract<AreaInput, { kind: "stop" }>> & { press?: StopPress });

/** One press of STOP, as it came in at one door: the gateway's routes, or the door of its own (src/stop-door). */
export interface StopPress {
  /** The same at every door that was pressed at once; null where whoever asked names none. */
  id: string | null;
  door: "gateway" | "stop-door";
  /** Monotonic. */
  askedAtMs: number;
}

/** As the journal has it. */
export interface NotedPress {
  id: string | null;
  doors: StopPress["door"][];
  /** Wall time of the press. */
  askedAtMs: number;
}

/** STOP that comes in beside the gateway: for one area, or for all. */
export interface StopWish {
  areaKey: string | null;
  actor: string;
  press: StopPress;
}

export interface KeptAreaState extends Pick<AreaState, "epoch" | "wireId" | "inhibited" | "isHeldForLocks"> {
  /** A reset is due: a STOP that nobody was seen to follow outlives the process that sent it. */
  isStopped: boolean;
}

export function keptOf({ epoch, wireId, inhibited, isHeldForLocks, needsReset }: AreaState): KeptAreaState {
  return { epoch, wireId, inhibited, isHeldForLocks, isStopped: needsReset !== null };
}

/** A command as its row has it. */
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

/** What must reach the database, once and in order. */
export type FactBody =
  | Extract<AreaEffect, { kind: "settle" | "progress" }>
  /** `times`: the same STOP by the same person so often since it was told last. */
  | (Extract<AreaEffect, { kind: "decision" }> & { times?: number; press?: NotedPress })
  /** `isOld`: refused once and tried again later, when newer ones may be stored: it only adds to them. */
  | ({ kind: "kept"; isOld?: true } & KeptAreaState)
  | { kind: "lock"; lock: AreaLock }
  /** In place of one that was never stored while it held, and that others have led without. */
  | { kind: "lock-lost"; lock: AreaLock }
  /** A command of the gateway's own that went out before its row could be: an inhibit for locks waits for no database. */
  | { kind: "asked"; command: AskedCommand }
  /** Fire or smoke that motion heard by itself, raised or taken back; the gateway may have heard it, too. */
  | { kind: "alarm"; alarm: RoomAlarm };

/** Names an alarm among all that a room's devices raise. */
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
  /** Taken back by its device, or cleared by a person: before the order that says what still holds. */
  | ({ kind: "alarm-over" } & AlarmName)
  /** Facts up to this one have arrived. */
  | { kind: "took"; upTo: number }
  /** Facts up to this one are in the database: motion may forget them. */
  | { kind: "stored"; upTo: number }
  /** The last picture has arrived: the next may come. */
  | { kind: "saw" }
  | { kind: "close" };

export type FromMotion =
  | { kind: "facts"; facts: readonly Fact[] }
  /** The machine has looked at an order: what it decided are facts up to `factId`, what came of it is `state`. */
  | { kind: "did"; ask: number; areaKey: string; factId: number; state: AreaState }
  | { kind: "lit"; ask: number; shown: LightTarget | null; refusal: { code: ErrorCode; params: Params } | null }
  /** The newest of everything that changes by itself; older ones that were not fetched are never sent. */
  /** How sure motion is of the gateway's lead; after "lost" it ends in order by itself. */
  | { kind: "lead"; standing: LeadStanding }
  | {
      kind: "picture";
      states: Readonly<Record<string, AreaState>>;
      health: readonly DeviceHealth[];
    };

/** Said once, when motion stands ready: safety rules that each controller's protocol cannot carry. */
export type CannotKeep = Readonly<Record<string, readonly SafetyRuleId[]>>;

/** The gateway's end of a running motion. */
export interface MotionEnd {
  readonly logId: string;
  /** Of its process; left out where it has none. */
  readonly pid?: number | null;
  readonly cannotKeep: CannotKeep;
  send(message: ToMotion): void;
  onMessage(listener: (message: FromMotion) => void): void;
  /**
   * Ended without having been asked to. Its log still holds what nobody took, and perhaps more; it may be long, and is read as it is
   * gone through, each time anew.
   */
  onEnd(listener: (why: string, left: Iterable<Fact>) => void): void;
  /** At once, as nothing it holds may be waited for: what it kept is in its log. */
  kill(): void;
  /** Ends motion in order; resolves when its ports are free. Throws motion-not-ended. */
  close(): Promise<void>;
}

/** A log that an earlier motion left: it may be long, so it is read as it is gone through. */
export interface LeftLog {
  logId: string;
  facts: Iterable<Fact>;
}

/** Starts motion: a process of its own, or the in-memory form in simulation and tests. */
export interface Motion {
  start(areas: readonly AreaStart[]): Promise<MotionEnd>;
  /** What earlier logs still hold, oldest first; empty: only its row is left to be forgotten. */
  leftOver(): Promise<LeftLog[]>;
  /**
   * All of a log that nobody writes any more is stored. Its row goes after it can no longer be read as news, and before nothing
   * of it is left: whatever ends this in between is gone on with at the next start.
   */
  forget(logId: string, dropRow: () => Promise<void>): Promise<void>;
  /** The highest epoch that motion was ever started with here, by area: a newer database may not know of it. */
  epochsGiven(): Promise<Readonly<Record<string, number>>>;
  /** Keeps what the database refuses for the next start; false where it cannot be kept. */
  setAside(fact: Omit<Fact, "id">): boolean;
}
