/** How an input device on Modbus answers: correctly, wrongly, late or not at all. A wrong answer is worse than none. */
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { HealthBook } from "./health.ts";

export interface MannerDeps {
  deviceId: string;
  clock: Clock;
  health: HealthBook;
  /** After this long without a reading the device counts as down. */
  gapMsMax: number;
  /** Earlier readings must no longer be used. */
  forget(): void;
}

export interface InputManner {
  /** A question goes out. */
  asks(): void;
  /** The question was answered or given up. */
  asked(): void;
  /**
   * Bytes came from the device: null is no answer to our question, "right" one of the right length; any other text is the fault.
   */
  heard(answer: string | null): void;
  good(atMs: number): void;
  /** "timeout": on a bare line the late answer may still come. */
  failed(error: unknown): "timeout" | "other";
  /** The line is down. */
  lost(): void;
}

export function inputManner({ deviceId, clock, health, gapMsMax, forget }: MannerDeps): InputManner {
  let isAsking = false;
  /** A frame of the right length came during this question. */
  let isHeard = false;
  let lastGoodAtMs = Number.NEGATIVE_INFINITY;
  /** The device sent anything at all since the last question went out. */
  let isThere = true;
  /** How it answers wrongly; kept during a quarantine, in which it is not asked. */
  let manner: Refusal | null = null;

  /** The device answers, but its answers cannot be used. */
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
      // With transaction numbers a late answer comes during the next question and is recognised by its number.
      if (isTimeout && isHeard) distrust(new Refusal("device-answers-late", { device: deviceId }));
      // Two questions without any byte: the device is gone, however it answered before.
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
