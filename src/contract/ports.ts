/** What the rules may ask of a device, whatever its protocol. Drivers in src/devices implement these; tests and the simulation use the real drivers on other links. */
import { type Static, Type } from "typebox";
import { type AlarmFault, type AlarmLevel, roomHoldingAlarms } from "./kinds/alarms.ts";
import { leadViewSchema } from "./lead.ts";
import { timeLineSchema } from "./machine-time.ts";
import type { SafetyRuleId } from "./safety-rules.ts";
import type { LightTarget, ShelfCommand, ShelfStatus } from "./shelf.ts";
import type { AntennaCoverage, Sighting } from "./sighting.ts";
import { diskLineSchema, storageProblemSchema } from "./storage.ts";

export type DeviceState = "up" | "degraded" | "down";

export interface DeviceHealth {
  deviceId: string;
  /** "broker": the embedded one, a process of its own. */
  kind: "reader" | "shelf" | "climate" | "lights" | "input" | "broker";
  state: DeviceState;
  sinceMs: number;
  /** Code of src/contract/errors.ts that says why it is not up; null when up. */
  code: string | null;
  /** Parameters of the code's sentence, e.g. { antenna: 3 }. */
  params?: Record<string, string | number>;
  /** Technical detail for the integrator, e.g. the operating system's words. */
  detail: string | null;
}

/**
 * `atMs`: when it came. `madeAfterMs`: the controller surely made it after this moment, because it answers or carries back what was
 * asked then; where its firmware cannot, the best that the order of its moments gives; null: nobody can say. All monotonic.
 */
export type StatusListener = (status: ShelfStatus, atMs: number, madeAfterMs: number | null) => void;

/** The controller of one area. */
export interface ShelfPort {
  readonly deviceId: string;
  /** Safety rules that its protocol cannot carry: what is done instead, safety-rules.ts says. */
  readonly cannotKeep: readonly SafetyRuleId[];
  onStatus(listener: StatusListener): void;
  /** Link gained or lost. */
  onLink(listener: (up: boolean, atMs: number) => void): void;
  /**
   * Resolves when the controller took the command (not when the end state is reached); rejects when it surely or possibly did not.
   * `mayGoOn`: asked before each step of one that is written in several.
   */
  send(command: ShelfCommand, mayGoOn?: () => boolean): Promise<void>;
  /** Goes before everything queued; tried until the wire took it or the limit is reached. Accepted in every state. */
  stop(): Promise<void>;
  /** While on, a beat goes out every 100 ms (S14). */
  heartbeat(on: boolean): void;
  /** Lights one place or none; resolves with what the controller shows. */
  light(target: LightTarget | null): Promise<LightTarget | null>;
}

export interface InventoryRequest {
  /** 1-based antenna ports. */
  antennas: readonly number[];
  roundsEach: number;
}

export interface ReaderPort {
  readonly readerId: string;
  readonly antennaCount: number;
  /** Asks each antenna for rounds; one entry an antenna asked, in order; an unhealthy one says so and never throws. */
  inventory(request: InventoryRequest): AsyncGenerator<AntennaCoverage, void, void>;
  /** Reads that arrive unasked (streaming readers) and those of inventories, as they come. */
  onSighting(listener: (sighting: Sighting) => void): void;
}

export interface ClimatePort {
  readonly deviceId: string;
  onReading(
    listener: (reading: { temperatureC: number | null; humidityPct: number | null; atMs: number }) => void,
  ): void;
}

/** A contact that changed for good; `isActive` null = not known: link down, never read, stale, doubtful. Unknown is never inactive. */
export interface InputChange {
  channel: number;
  isActive: boolean | null;
  /** Monotonic moment since which it has been so. */
  atMs: number;
}

/**
 * Every reading of an input device, told or polled, by channel. Here a contact is active as soon as a single reading says so, and
 * inactive once that has settled; null: not known, which a gap tells at once.
 */
export interface InputReading {
  /** Monotonic moment of which it speaks. */
  atMs: number;
  isActive: ReadonlyMap<number, boolean | null>;
}

/** Both moments are monotonic; it counts at the second. */
export interface InputPress {
  channel: number;
  pressedAtMs: number;
  atMs: number;
}

/** Contacts wired to a module: polarity and debounce are done, what they mean is the site file's. */
export interface InputPort {
  readonly deviceId: string;
  stateOf(channel: number): boolean | null;
  /** Every gap is told as a change to null, so that two changes without one between them were seen without a gap. */
  onChange(listener: (change: InputChange) => void): void;
  onReading(listener: (reading: InputReading) => void): void;
  /** Inactive, active, inactive, all seen without a gap, neither bouncing nor stuck. Counts at the release. */
  onPress(listener: (press: InputPress) => void): void;
}

/** What a device of a room calls out beside its own state (MQTT `alarm`). */
export interface RoomAlarm {
  roomId: string;
  /** The same from raising to clearing; a repeat is the same alarm. */
  alarmId: string;
  level: AlarmLevel;
  /** A code, e.g. "smoke". */
  kind: string;
  /** Who sent it, as the broker proves it; null where it came without a sender and nobody can tell. */
  deviceId: string | null;
  isCleared: boolean;
  atMs: number;
}

/** S21: what holds every area of its room from raising to clearing. */
export function holdsRoom({ level, kind }: Pick<RoomAlarm, "level" | "kind">): boolean {
  return level === "danger" && (roomHoldingAlarms as readonly string[]).includes(kind);
}

export interface AlarmFaultSeen {
  roomId: string;
  deviceId: string | null;
  fault: AlarmFault;
  atMs: number;
  /** Left out: one. */
  alarms?: number;
}

export interface AlarmListener {
  onAlarm(alarm: RoomAlarm): void;
  onFault(seen: AlarmFaultSeen): void;
}

/** All devices of a site, opened. */
export interface DevicePorts {
  /** Key: area key, "r1.1". */
  shelves: ReadonlyMap<string, ShelfPort>;
  readers: ReadonlyMap<string, ReaderPort>;
  climates: ReadonlyMap<string, ClimatePort>;
  inputs: ReadonlyMap<string, InputPort>;
  health(): DeviceHealth[];
  onHealth(listener: (health: DeviceHealth) => void): void;
  onAlarm(listener: AlarmListener): void;
  close(): Promise<void>;
}

/** Health with the sentence of its code. */
export const deviceLineSchema = Type.Object(
  {
    deviceId: Type.String(),
    kind: Type.Union([
      Type.Literal("reader"),
      Type.Literal("shelf"),
      Type.Literal("climate"),
      Type.Literal("lights"),
      Type.Literal("input"),
      Type.Literal("broker"),
    ]),
    state: Type.Union([Type.Literal("up"), Type.Literal("degraded"), Type.Literal("down")]),
    sinceMs: Type.Integer(),
    code: Type.Union([Type.String(), Type.Null()]),
    detail: Type.Union([Type.String(), Type.Null()]),
    zh: Type.Union([Type.String(), Type.Null()]),
    en: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
);
export type DeviceLine = Static<typeof deviceLineSchema>;

/** STOP's own door, as it told last. */
export interface StopDoorStanding {
  isUp: boolean;
  /** Another one is booted, knows everybody, and takes its place when it dies. */
  isSecondReady: boolean;
  port: number;
  restarts: number;
  counts: {
    /** That motion was fed. */
    stops: number;
    refused: Readonly<Record<string, number>>;
    connections: number;
    /** Sessions and tokens that it knows. */
    callers: number;
    isMotionThere: boolean;
  };
}

export const healthSchema = Type.Object(
  {
    status: Type.Union([Type.Literal("up"), Type.Literal("down")]),
    database: Type.Union([Type.Literal("up"), Type.Literal("down")]),
    devices: Type.Object({ up: Type.Integer(), degraded: Type.Integer(), down: Type.Integer() }),
    /** Whether STOP gets through its own door to motion; null where there is none. */
    stopDoor: Type.Union([Type.Literal("up"), Type.Literal("down"), Type.Null()]),
    /** Facts in the journal; null while the database is away. */
    revision: Type.Union([Type.Integer(), Type.Null()]),
    disks: Type.Array(diskLineSchema),
    /** The machine's time source. */
    time: timeLineSchema,
    /** What is wrong with where the gateway keeps its data, the worst first, then with its clock; each says what to do. */
    problems: Type.Array(storageProblemSchema),
    version: Type.String(),
    lead: leadViewSchema,
  },
  { additionalProperties: false },
);

export type Health = Static<typeof healthSchema>;
