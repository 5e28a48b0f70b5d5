/** What a controller's wire shows of who drives it: gaps between beats while a motion is under way, and STOPs. Pure. */
import { decodeRequestPdu } from "../../firmware-protocols/modbus/index.ts";
import { verbs } from "../../firmware-protocols/register-maps/index.ts";

/** As src/devices/drivers/modbus-shelf.ts sends them. */
export const beatEveryMs = 100;
const motionVerbs: readonly string[] = ["open", "close", "ventilate"];

export interface BeatTally {
  /** The longest silence above the beat's period. */
  holdMs: number;
  /** Of motion with beats: what the hold was looked for in. */
  watchedMs: number;
  beats: number;
  stops: number;
}

export interface WireWatch {
  /** A request of the gateway to the controller, of the room-1 map. */
  heard(pdu: Uint8Array, atMs: number): void;
  /** The controller no longer moves: it needs no beat from here on. */
  motionEnded(atMs: number): void;
  /** Carriages move, and beats are due. */
  isUnderWay(): boolean;
  /** Of the last STOP; null: none yet. */
  lastStopAtMs(): number | null;
  onStop(listener: (atMs: number) => void): void;
  /** Since it was last taken. */
  take(): BeatTally;
}

type Heard = "motion" | "beat" | "stop" | null;

function kindOf(pdu: Uint8Array): Heard {
  const request = decodeRequestPdu(pdu);
  if (typeof request !== "object") return null;
  if (request.fn === 5 && request.address === 0) return "stop";
  if (request.fn === 6 && request.address === 4) return "beat";
  // The command block: its second word is the verb.
  if (request.fn !== 16 || request.address !== 0) return null;
  return motionVerbs.includes(verbs[(request.values[1] ?? 0) - 1] ?? "") ? "motion" : null;
}

/** `isMoving`: whether the controller took the command and is not done with it. */
export function watchWire(isMoving: () => boolean): WireWatch {
  const none: BeatTally = { holdMs: 0, watchedMs: 0, beats: 0, stops: 0 };
  const listeners: ((atMs: number) => void)[] = [];
  let tally = { ...none };
  let lastBeatAtMs: number | null = null;
  let stopAtMs: number | null = null;

  function silenceUntil(atMs: number): void {
    if (lastBeatAtMs === null) return;
    const gapMs = atMs - lastBeatAtMs;
    tally.watchedMs += gapMs;
    tally.holdMs = Math.max(tally.holdMs, gapMs - beatEveryMs);
  }

  function motionEnded(atMs: number): void {
    silenceUntil(atMs);
    lastBeatAtMs = null;
  }

  return {
    heard(pdu, atMs) {
      const kind = kindOf(pdu);
      if (kind === "stop") {
        tally.stops++;
        stopAtMs = atMs;
        for (const listener of listeners.splice(0)) listener(atMs);
      } else if (kind === "motion") {
        // The command is a beat itself.
        lastBeatAtMs = atMs;
      } else if (kind === "beat") {
        // A refused command began no motion.
        if (!isMoving()) lastBeatAtMs = null;
        else {
          silenceUntil(atMs);
          lastBeatAtMs = atMs;
          tally.beats++;
        }
      }
    },
    motionEnded,
    isUnderWay: () => lastBeatAtMs !== null && isMoving(),
    lastStopAtMs: () => stopAtMs,
    onStop: (listener) => void listeners.push(listener),
    take() {
      const taken = tally;
      tally = { ...none };
      return taken;
    },
  };
}
