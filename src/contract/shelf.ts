import type { ShelfAlarm } from "./kinds/alarms.ts";

/**
 * What a shelf controller reports and accepts, in the product's own terms. Drivers translate registers and MQTT payloads into
 * these types; the carriage machine (src/shelving) and the console read them. On the wire:
 * firmware-protocols/register-maps/PROTOCOL.md and firmware-protocols/archive-mqtt/PROTOCOL.md.
 */

/** The controller's present activity, as it reports it. */
export type ShelfActivity = "idle" | "opening" | "closing" | "ventilating" | "stopped" | "fault";

export type ColumnMotion = "still" | "left" | "right";

export interface ColumnState {
  /** Column number as in the site file. */
  column: number;
  /** Distance of the carriage from the rail's left end, mm; null when the register map does not have it. */
  positionMm: number | null;
  motion: ColumnMotion;
  fault: boolean;
}

/** Each true value blocks motion at the controller; the gateway shows it and never overrides it. */
export interface Interlocks {
  emergencyStop: boolean;
  /** A trip edge or beam fired and has not been reset at the panel. */
  tripped: boolean;
  overCurrent: boolean;
  panelLoggedOut: boolean;
  /** The controller's own protection is on (系统保护). */
  isProtected: boolean;
  /** 禁止移动: set by command and cleared by release. */
  inhibited: boolean;
  sensorFault: boolean;
  /** The carriages' positions are not known (after a power cut, before homing). */
  notHomed: boolean;
  heartbeatLost: boolean;
}

/** People between the faces. null = the controller cannot tell, which the gateway treats as occupied (S9). */
export interface Occupancy {
  /** People counted inside the open aisle. */
  people: number | null;
  /** Grows by one with every entry since the controller's boot. */
  entrySeq: number | null;
  /** `entrySeq` at the moment of the last confirm or reset at the panel; null = none since boot. */
  confirmedEntrySeq: number | null;
}

export type CommandResult = "none" | "accepted" | "done" | "refused";

/** One complete picture of an area's controller. */
export interface ShelfStatus {
  /** Changes when the controller restarts; null when the register map does not have it. */
  bootId: number | null;
  /**
   * Grows with every message since that boot; null where the register map has none: then messages are ordered only by arrival.
   */
  seq: number | null;
  activity: ShelfActivity;
  /** Number of the aisle that stands open; 0 = none (spread or all closed); null = unknown. */
  openAisle: number | null;
  columns: ColumnState[];
  interlocks: Interlocks;
  occupancy: Occupancy;
  lastCommand: { wireId: number; result: CommandResult; reason: RefusalReason | null } | null;
  /** Lit guide light, or null. */
  light: LightTarget | null;
  temperatureC: number | null;
  humidityPct: number | null;
  /** Alarms that it raises beside its interlocks (S16, S21); missing = none reported. */
  alarms?: readonly ShelfAlarm[];
  /** How far the controller's clock is ahead of the gateway's (behind: negative); missing or null if it reports no time. */
  clockSkewMs?: number | null;
}

/**
 * With a larger skew the controller would misread a command's expiry, which is sent as a time (S15 leaves two seconds in all).
 */
export const clockSkewMsMax = 1_000;

/** Nothing starts on a status that may be older than this: room for a question every 250 ms and a state every 500 ms. */
export const pictureAgeMsMax = 1_500;

/** Why the controller itself refused a command; the numbers are those of the room-1 register and of MQTT. */
export const refusalReasons = {
  1: "stale",
  2: "wrong-epoch",
  3: "wrong-position",
  4: "busy",
  5: "interlock",
  6: "occupied",
  7: "not-confirmed",
  8: "unknown-aisle",
  9: "duplicate",
  10: "too-narrow",
} as const;
export type RefusalReason = (typeof refusalReasons)[keyof typeof refusalReasons];

export type ShelfVerb = "open" | "close" | "ventilate" | "inhibit" | "release" | "pause";

/** A motion command as it is sent to the controller. STOP is not one of these: it has a path of its own and no conditions. */
export interface ShelfCommand {
  /** 1–65535, grows with each command of the area; repeats are the same command (idempotent). */
  wireId: number;
  verb: ShelfVerb;
  /** Aisle to open; 0 for commands that open none. */
  aisle: number;
  /** Fencing number of the gateway's grant for this area; the controller refuses a lower one (S15). */
  epoch: number;
  /** Latest start, counted from receipt, ms, at most 2 000 (S15). */
  ttlMs: number;
  /** The aisle that the gateway believes open; 0 = none. */
  expectedOpenAisle: number;
}

/** The place that a guide light shows; slot 0 lights the whole layer. */
export interface LightTarget {
  column: number;
  side: "A" | "B";
  bay: number;
  layer: number;
  slot: number;
}
