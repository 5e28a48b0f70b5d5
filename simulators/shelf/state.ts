/** The state of a shelf controller. One plain value: `advance` turns it and an input into the next one. */
import type { CommandResult, LightTarget, RefusalReason, ShelfVerb } from "../../src/contract/shelf.ts";

export interface ControllerRules {
  aisles: number;
  aisleWidthMm: number;
  /** S12: light and sound before the first millimetre. */
  warnMs: number;
  /** S14; false for registerMaps that carry no heartbeat (fatek-njust). */
  needsHeartbeat: boolean;
  heartbeatStaleMs: number;
  /** S15: the longest time to live a command may ask for. */
  ttlMaxMs: number;
  /** S18 */
  aisleMinMm: number;
  /** A move that takes longer than this is a fault of the drive. */
  moveMaxMs: number;
}

export const defaultRules = {
  warnMs: 2500,
  needsHeartbeat: true,
  heartbeatStaleMs: 500,
  ttlMaxMs: 2000,
  aisleMinMm: 750,
  moveMaxMs: 60_000,
} as const;

/** The part that survives a power cut: the fence of S15. */
export interface Retained {
  bootId: number;
  epochHighest: number;
  /** Last command id seen in that epoch; 0 = none. */
  wireIdLast: number;
}

export interface Job {
  wireId: number;
  verb: "open" | "close" | "ventilate";
  /** The aisle to open; 0 = spread. */
  aisle: number;
  /** End of the warning, then of the time a move may take. */
  untilMs: number;
}

export interface ControllerState {
  retained: Retained;
  phase: "rest" | "warning" | "moving";
  job: Job | null;
  /** null = not known: after a stop between two places, or before homing. */
  openAisle: number | null;
  /** The button is down. */
  emergencyPressed: boolean;
  /** Latches: set by an event, cleared only by the reset key. */
  emergencyLatched: boolean;
  tripped: boolean;
  overCurrent: boolean;
  sensorFault: boolean;
  notHomed: boolean;
  heartbeatLost: boolean;
  stopped: boolean;
  /** Not latches: ended by their own command or key. */
  inhibited: boolean;
  loggedOut: boolean;
  isProtected: boolean;
  people: number | null;
  entrySeq: number;
  confirmedEntrySeq: number | null;
  /** S9: from the first entry until counted empty and reset by hand. */
  occupied: boolean;
  beatAtMs: number | null;
  lastCommand: { wireId: number; result: CommandResult; reason: RefusalReason | null } | null;
  light: LightTarget | null;
  /** Aisle whose ceiling light is on (S19). */
  aisleLight: number | null;
}

/** One command as each protocol passes it on. */
export interface WireCommand {
  verb: ShelfVerb;
  aisle: number;
  /** null where the registerMap carries no fencing (fatek-njust): then the gateway alone keeps S15. */
  fence: { wireId: number; epoch: number; expectedOpenAisle: number } | null;
  /** Time to live that the command asks for, ms; null where the registerMap has none. */
  ttlMs: number | null;
  /** False when it came too late by the controller's clock, was retained or delivered twice. */
  isFresh: boolean;
}

export type PanelKey =
  | "confirm"
  | "reset"
  | "emergency-press"
  | "emergency-release"
  | "login"
  | "logout"
  | "protect"
  | "unprotect";

/** The controller's own inputs at a tick. */
export interface Senses {
  edge: boolean;
  overCurrent: boolean;
  /** The pulse through the trip edges came back, and the address that does not exist kept silent (S23). */
  edgesAnswer: boolean;
  atTarget: boolean;
  standing: boolean;
  /** Aisle at full width, 0 none. */
  openAisle: number;
}

export type ControllerInput =
  | { kind: "command"; command: WireCommand; senses: Senses }
  | { kind: "stop" }
  | { kind: "beat" }
  | { kind: "light"; target: LightTarget | null }
  | { kind: "panel"; key: PanelKey; senses: Senses }
  | { kind: "entry" }
  | { kind: "exit" }
  | { kind: "tick"; senses: Senses };

export type ControllerEffect =
  | { kind: "drive"; openAisle: number }
  | { kind: "brake" }
  | { kind: "answer"; wireId: number; result: CommandResult; reason: RefusalReason | null }
  | { kind: "event"; name: string };

export interface Advanced {
  state: ControllerState;
  effects: ControllerEffect[];
}

/** A fresh start. `confirmed` is the morning's opening round at the panel; without it nothing moves before a reset. */
export function bootState(retained: Retained, confirmed: boolean, emergencyPressed = false): ControllerState {
  return {
    retained: { ...retained, bootId: (retained.bootId % 0xffff) + 1 },
    phase: "rest",
    job: null,
    openAisle: confirmed ? 0 : null,
    emergencyPressed,
    emergencyLatched: emergencyPressed,
    tripped: false,
    overCurrent: false,
    sensorFault: false,
    notHomed: !confirmed,
    heartbeatLost: false,
    stopped: !confirmed,
    inhibited: false,
    loggedOut: false,
    isProtected: false,
    people: confirmed ? 0 : null,
    entrySeq: 0,
    confirmedEntrySeq: confirmed ? 0 : null,
    occupied: !confirmed,
    beatAtMs: null,
    lastCommand: null,
    light: null,
    aisleLight: null,
  };
}
