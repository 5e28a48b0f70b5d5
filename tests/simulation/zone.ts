/** State of one area in the motion watch. */
import type { TwinArea } from "../../simulators/room/room.ts";
import type { ShelfFrame } from "./shelf-frame.ts";
import { shelfBusOf } from "./site.ts";

export interface Asked {
  verb: ShelfFrame["verb"];
  aisle: number;
  atMs: number;
  /** A STOP, a lost link, a refusal or a new gateway came after it. */
  isVoid: boolean;
  /** "epoch/wireId" once it was sent. */
  wire: string | null;
}

export interface Zone {
  area: TwinArea;
  busId: string;
  asked: Asked[];
  begun: Set<string>;
  isUp: boolean;
  upSinceMs: number;
  stopAskedAtMs: number | null;
  epochNow: number;
  epochSeen: number;
  lastBeatAtMs: number;
  enteredAtMs: number;
  emergencyAtMs: number;
  resetAtMs: number;
  /** A person's last STOP. */
  stopPressedAtMs: number;
  /** Since when its controller has reported only impossible values. */
  liesSinceMs: number | null;
  /** People whose lock was confirmed and who have not asked to take it off since (S22). */
  locks: Set<string>;
  /** Frames that the controller has already accepted: they may be sent again, and must do nothing. */
  taken: Uint8Array[];
}

export function newZone(areaKey: string, area: TwinArea, nowMs: number): Zone {
  return {
    area,
    busId: shelfBusOf(areaKey),
    asked: [],
    begun: new Set(),
    isUp: false,
    upSinceMs: 0,
    stopAskedAtMs: null,
    epochNow: 0,
    epochSeen: 0,
    lastBeatAtMs: Number.NEGATIVE_INFINITY,
    enteredAtMs: Number.NEGATIVE_INFINITY,
    emergencyAtMs: Number.NEGATIVE_INFINITY,
    resetAtMs: nowMs,
    stopPressedAtMs: Number.NEGATIVE_INFINITY,
    liesSinceMs: null,
    locks: new Set(),
    taken: [],
  };
}
