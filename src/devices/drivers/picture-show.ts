/** Health of a controller whose pictures come, but late, from a wrong clock, or without proof of their age. */
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import { clockSkewMsMax, pictureAgeMsMax } from "../../contract/shelf.ts";
import type { HealthBook } from "./health.ts";
import type { PictureAge } from "./picture-age.ts";

export interface PictureShowOptions {
  deviceId: string;
  clock: Clock;
  health: HealthBook;
  age: PictureAge;
}

export function pictureShow({ deviceId, clock, health, age }: PictureShowOptions) {
  let speaker: number | null = null;
  /** For the current boot: when it was first heard, then the newest proof. */
  let sinceMs = 0;
  let isProven = false;
  const inS = (ms: number) => Math.round(ms / 100) / 10;

  function reasonOf(skewMs: number): Refusal | null {
    const ageMs = clock.monoMs() - sinceMs;
    const counted = { device: deviceId, wrong: age.wrongEchoes };
    if (ageMs > pictureAgeMsMax && !isProven) return new Refusal("device-hears-no-question", counted);
    if (ageMs > pictureAgeMsMax) return new Refusal("device-pictures-late", { ...counted, ageS: inS(ageMs) });
    const isOff = Math.abs(skewMs) > clockSkewMsMax;
    // The controller still works: only functions that depend on its clock are refused, each by its own check.
    if (isOff) {
      const code = age.canEcho() ? "device-clock-wrong" : "device-clock-or-late";
      return new Refusal(code, { device: deviceId, skewS: inS(skewMs) });
    }
    return age.canEcho() ? null : new Refusal("device-cannot-echo", { device: deviceId });
  }

  return {
    heard(bootId: number, madeAfterMs: number | null, skewMs: number): void {
      if (bootId !== speaker) {
        sinceMs = clock.monoMs();
        isProven = false;
      }
      speaker = bootId;
      if (madeAfterMs !== null) {
        sinceMs = isProven ? Math.max(sinceMs, madeAfterMs) : madeAfterMs;
        isProven = true;
      }
      const reason = reasonOf(skewMs);
      if (reason) health.degraded(reason);
      else health.up();
    },
    /** The controller fell silent: its next picture needs a new proof, and the silence does not make it late. */
    forget(): void {
      speaker = null;
    },
  };
}
