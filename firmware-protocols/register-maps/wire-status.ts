/**
 * A shelf controller's status and commands, for any protocol. The fields equal those of src/contract/shelf.ts, repeated here
 * because protocols import nothing of ours; tests/peers/modbus-peers.test.ts keeps the two equal.
 */
export const activities = ["idle", "opening", "closing", "ventilating", "stopped", "fault"] as const;
export type WireActivity = (typeof activities)[number];

export const motions = ["still", "left", "right"] as const;
export type WireMotion = (typeof motions)[number];

/** In the order of the bits of room-1's register 6. */
export const interlockNames = [
  "emergencyStop",
  "tripped",
  "overCurrent",
  "panelLoggedOut",
  "isProtected",
  "inhibited",
  "sensorFault",
  "notHomed",
  "heartbeatLost",
] as const;
export type InterlockName = (typeof interlockNames)[number];

/** In the order of the bits of room-1's register 5. */
export const alarmNames = ["fire", "smoke", "water", "over-speed", "motion-timeout", "mains-lost"] as const;
export type AlarmName = (typeof alarmNames)[number];

export const commandResults = ["none", "accepted", "done", "refused"] as const;
export type WireResult = (typeof commandResults)[number];

/** Place in the list + 1 is the number on the wire. */
export const refusalReasonNames = [
  "stale",
  "wrong-epoch",
  "wrong-position",
  "busy",
  "interlock",
  "occupied",
  "not-confirmed",
  "unknown-aisle",
  "duplicate",
  "too-narrow",
] as const;
export type WireReason = (typeof refusalReasonNames)[number];

/** Place in the list + 1 is the number on the wire. */
export const verbs = ["open", "close", "ventilate", "inhibit", "release", "pause"] as const;
export type WireVerb = (typeof verbs)[number];

export interface WireLight {
  column: number;
  side: "A" | "B";
  bay: number;
  layer: number;
  /** 0 = the whole layer. */
  slot: number;
}

export interface WireColumn {
  column: number;
  positionMm: number | null;
  motion: WireMotion;
  fault: boolean;
}

export interface WireStatus {
  bootId: number | null;
  activity: WireActivity;
  /** 0 = none, null = unknown. */
  openAisle: number | null;
  columns: WireColumn[];
  interlocks: Record<InterlockName, boolean>;
  occupancy: { people: number | null; entrySeq: number | null; confirmedEntrySeq: number | null };
  lastCommand: { wireId: number; result: WireResult; reason: WireReason | null } | null;
  light: WireLight | null;
  temperatureC: number | null;
  humidityPct: number | null;
}

export interface WireCommand {
  /** 1–65535. */
  wireId: number;
  verb: WireVerb;
  /** 0 for every verb but open. */
  aisle: number;
  epoch: number;
  /** Latest start counted from receipt, at most 2 000 (S15). */
  ttlMs: number;
  expectedOpenAisle: number;
}

/** A command as a controller understood it; null = the registerMap has no such field. */
export interface ReceivedCommand {
  verb: WireVerb;
  aisle: number;
  wireId: number | null;
  epoch: number | null;
  ttlMs: number | null;
  expectedOpenAisle: number | null;
}
