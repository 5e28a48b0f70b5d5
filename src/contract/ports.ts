/**
 * The interface of devices towards the rules, whatever the protocol. Drivers in src/devices implement these ports; tests and the
 * simulation use the real drivers over other links.
 */
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
  /** "broker": the embedded MQTT broker, a process of its own. */
  kind: "reader" | "shelf" | "climate" | "lights" | "input" | "broker";
  state: DeviceState;
  sinceMs: number;
  /** Code of src/contract/errors.ts that says why the device is not up; null when up. */
  code: string | null;
  /** Parameters of the code's sentence, e.g. { antenna: 3 }. */
  params?: Record<string, string | number>;
  /** Technical detail for the integrator, e.g. the operating system's error message. */
  detail: string | null;
}

/**
 * `atMs`: when the status came. `madeAfterMs`: the controller surely made the status after this moment, because it answers, or
 * carries back, a question that was sent then. Firmware that cannot do so gets the best bound that the order of its times gives;
 * null: unknown. Both are monotonic.
 */
export type StatusListener = (status: ShelfStatus, atMs: number, madeAfterMs: number | null) => void;

/** The controller of one area. */
export interface ShelfPort {
  readonly deviceId: string;
  /** Safety rules that its protocol cannot carry; safety-rules.ts says what is done instead. */
  readonly cannotKeep: readonly SafetyRuleId[];
  onStatus(listener: StatusListener): void;
  /** The link came up or went down. */
  onLink(listener: (up: boolean, atMs: number) => void): void;
  /**
   * Resolves when the controller accepted the command (not when the end state is reached); rejects when it surely or possibly did
   * not.
   * `mayGoOn`: asked before each step of a command that is written in several steps.
   */
  send(command: ShelfCommand, mayGoOn?: () => boolean): Promise<void>;
  /** Goes ahead of everything queued and is retried until it was written to the wire or the limit is reached. Always accepted. */
  stop(): Promise<void>;
  /** While on, a heartbeat goes out every 100 ms (S14). */
  heartbeat(on: boolean): void;
  /** Lights one place, or none for null; resolves with what the controller shows. */
  light(target: LightTarget | null): Promise<LightTarget | null>;
}

export interface InventoryRequest {
  /** Antenna ports, counted from 1. */
  antennas: readonly number[];
  roundsEach: number;
}

export interface ReaderPort {
  readonly readerId: string;
  readonly antennaCount: number;
  /** Asks each antenna for rounds; one result for each, in order. An unhealthy antenna is reported so and never throws. */
  inventory(request: InventoryRequest): AsyncGenerator<AntennaCoverage, void, void>;
  /** Reads as they come: those of inventories, and those that a streaming reader sends unasked. */
  onSighting(listener: (sighting: Sighting) => void): void;
}

export interface ClimatePort {
  readonly deviceId: string;
  onReading(
    listener: (reading: { temperatureC: number | null; humidityPct: number | null; atMs: number }) => void,
  ): void;
}

/** A change of a contact after debounce. `isActive` null = unknown (link down, never read, stale, doubtful), never inactive. */
export interface InputChange {
  channel: number;
  isActive: boolean | null;
  /** Monotonic moment since which the contact has this value. */
  atMs: number;
}

/**
 * Every reading of an input device, pushed or polled, by channel. Here a contact is active as soon as a single reading says so,
 * and inactive only after debounce; null: unknown, which a gap reports at once.
 */
export interface InputReading {
  /** Monotonic moment at which the reading was taken. */
  atMs: number;
  isActive: ReadonlyMap<number, boolean | null>;
}

/** Both moments are monotonic; the press counts at the second, the release. */
export interface InputPress {
  channel: number;
  pressedAtMs: number;
  atMs: number;
}

/** Contacts wired to an input module. Polarity and debounce are already applied; the site file says what each contact means. */
export interface InputPort {
  readonly deviceId: string;
  stateOf(channel: number): boolean | null;
  /** Every gap is reported as a change to null, so two changes without a null between them were seen without a gap. */
  onChange(listener: (change: InputChange) => void): void;
  onReading(listener: (reading: InputReading) => void): void;
  /** A press: inactive, active, inactive, all seen without a gap, neither bouncing nor stuck. It counts at the release. */
  onPress(listener: (press: InputPress) => void): void;
}

/** An alarm that a device of a room raises beside its own state (MQTT `alarm`). */
export interface RoomAlarm {
  roomId: string;
  /** The same from raising to clearing; a repeated message with it is the same alarm. */
  alarmId: string;
  level: AlarmLevel;
  /** A code, e.g. "smoke". */
  kind: string;
  /** The sender, as the broker proves it; null if the alarm came without a sender. */
  deviceId: string | null;
  isCleared: boolean;
  atMs: number;
}

/** S21: true for an alarm that holds every area of its room from raising to clearing. */
export function holdsRoom({ level, kind }: Pick<RoomAlarm, "level" | "kind">): boolean {
  return level === "danger" && (roomHoldingAlarms as readonly string[]).includes(kind);
}

export interface AlarmFaultSeen {
  roomId: string;
  deviceId: string | null;
  fault: AlarmFault;
  atMs: number;
  /** Default: one. */
  alarms?: number;
}

export interface AlarmListener {
  onAlarm(alarm: RoomAlarm): void;
  onFault(seen: AlarmFaultSeen): void;
}

/** All opened devices of a site. */
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

/** A device's health, with the sentence of its code. */
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

/** State of STOP's own door, as its process last reported it. */
export interface StopDoorStanding {
  isUp: boolean;
  /** A second door process has started, knows all callers, and takes over when the first dies. */
  isSecondReady: boolean;
  port: number;
  restarts: number;
  counts: {
    /** STOPs that were passed to motion. */
    stops: number;
    refused: Readonly<Record<string, number>>;
    connections: number;
    /** Sessions and tokens that the door knows. */
    callers: number;
    isMotionThere: boolean;
  };
}

export const healthSchema = Type.Object(
  {
    status: Type.Union([Type.Literal("up"), Type.Literal("down")]),
    database: Type.Union([Type.Literal("up"), Type.Literal("down")]),
    devices: Type.Object({ up: Type.Integer(), degraded: Type.Integer(), down: Type.Integer() }),
    /** Whether STOP reaches motion through its own door; null where there is no such door. */
    stopDoor: Type.Union([Type.Literal("up"), Type.Literal("down"), Type.Null()]),
    /** Number of facts in the journal; null while the database is away. */
    revision: Type.Union([Type.Integer(), Type.Null()]),
    disks: Type.Array(diskLineSchema),
    /** The machine's time source. */
    time: timeLineSchema,
    /** Problems with the disks that hold the gateway's data, worst first, then with its clock; each says what to do. */
    problems: Type.Array(storageProblemSchema),
    version: Type.String(),
    lead: leadViewSchema,
  },
  { additionalProperties: false },
);

export type Health = Static<typeof healthSchema>;
