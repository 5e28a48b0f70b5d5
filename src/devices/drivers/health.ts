/** A driver's record of its device's health; listeners are called once per change. */
import type { Clock } from "../../clock/clock.ts";
import { type ErrorCode, Refusal } from "../../contract/errors.ts";
import type { DeviceHealth, DeviceState } from "../../contract/ports.ts";
import { messageOf } from "../../contract/told-error.ts";

export interface HealthBook {
  readonly current: DeviceHealth;
  up(detail?: string | null): void;
  degraded(reason: Refusal): void;
  down(reason: unknown): void;
}

export type HealthListener = (health: DeviceHealth) => void;

export function healthBook(
  deviceId: string,
  kind: DeviceHealth["kind"],
  clock: Clock,
  listener: HealthListener,
): HealthBook {
  let current: DeviceHealth = {
    deviceId,
    kind,
    state: "down",
    sinceMs: clock.nowMs(),
    code: "device-starting",
    detail: null,
  };

  function become(state: DeviceState, code: ErrorCode | null, detail: string | null, params?: Refusal["params"]): void {
    const sinceMs = state === current.state ? current.sinceMs : clock.nowMs();
    const isSame = state === current.state && code === current.code;
    current = { deviceId, kind, state, sinceMs, code, detail, ...(params ? { params } : {}) };
    if (isSame) return;
    listener(current);
  }

  return {
    get current() {
      return current;
    },
    up: (detail = null) => become("up", null, detail),
    degraded: (reason) => become("degraded", reason.code, reason.message, reason.params),
    down(reason) {
      if (reason instanceof Refusal) become("down", reason.code, reason.message, reason.params);
      else become("down", "internal", messageOf(reason));
    },
  };
}
