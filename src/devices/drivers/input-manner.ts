/** How an input device on Modbus answers: well, wrongly, late, or not at all; an answer that is no answer is worse than none. */
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { HealthBook } from "./health.ts";

export interface MannerDeps {
  deviceId: string;
  clock: Clock;
  health: HealthBook;
  /** Longer without a reading, and it is down. */
  gapMsMax: number;
  /** What was read before is not to be believed any more. */
  forget(): void;
}

export interface InputManner {
  /** A question goes out. */
  asks(): void;
  /** It was answered, or given up. */
  asked(): void;
  /** Something came from the device: null, no answer to our question; "right", one of the right length; else what is wrong. */
  heard(answer: string | null): void;
  good(atMs: number): void;
  /** "timeout": on a bare line its late answer may still come. */
  failed(error: unknown): "timeout" | "other";
  /** The line is down. */
  lost(): void;
}

export function inputManner({ deviceId, clock, health, gapMsMax, forget }: MannerDeps): InputManner {
  let isAsking = false;
  /** Something of the right length came during this question. */
  let isHeard = false;
  let lastGoodAtMs = Number.NEGATIVE_INFINITY;
  /** It said anything at all since the last question that went out. */
  let isThere = true;
  /** How it answers while it answers wrongly; a quarantine, in which it is not asked, does not change that. */
  let manner: Refusal | null = null;

  /** The line is there, and what it says is not to be believed. */
  function distrust(reason: Refusal): void {
    manner = reason;
    forget();
    health.degraded(reason);
  }

  return {
    asks() {
      isHeard = false;
      isAsking = true;
    },
    asked() {
      isAsking = false;
    },
    heard(answer) {
      isThere = true;
      if (answer === null) return;
      if (answer !== "right") distrust(new Refusal("device-wrong-answer", { device: deviceId, detail: answer }));
      else if (!isAsking) distrust(new Refusal("device-answers-late", { device: deviceId }));
      else isHeard = true;
    },
    good(atMs) {
      lastGoodAtMs = atMs;
      manner = null;
    },
    failed(error) {
      const code = error instanceof Refusal ? error.code : null;
      if (code === "bus-preempted") return "other";
      if (code === "device-refused" || code === "device-wrong-answer") {
        distrust(error as Refusal);
        return "other";
      }
      const isTimeout = code === "device-timeout";
      // With transaction numbers a late answer arrives during the next question and is known by its number.
      if (isTimeout && isHeard) distrust(new Refusal("device-answers-late", { device: deviceId }));
      // Two questions without a sound: it is gone, however it answered before.
      if (isTimeout && !isThere) manner = null;
      if (isTimeout) isThere = isHeard;
      if (!isTimeout && code !== "device-quarantined" && code !== "bus-full") forget();
      const isGap = clock.monoMs() - lastGoodAtMs > gapMsMax;
      if (manner === null && isGap) health.down(error);
      return isTimeout ? "timeout" : "other";
    },
    lost() {
      manner = null;
      forget();
    },
  };
}
