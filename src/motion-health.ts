/** Health of the devices that motion drives, as last reported; while motion is away, nothing of it counts. */
import type { Clock } from "./clock/clock.ts";
import type { DeviceHealth } from "./contract/ports.ts";
import type { DeviceSpec } from "./site/schema.ts";

export interface MotionHealth {
  all(): DeviceHealth[];
  saw(told: readonly DeviceHealth[]): void;
  isAway(): void;
}

export function motionHealth(
  devices: readonly DeviceSpec[],
  clock: Clock,
  onHealth: (health: DeviceHealth) => void,
): MotionHealth {
  const kindOf = (device: DeviceSpec) => device.kind;
  const away = (code: string): DeviceHealth[] =>
    devices.map((device) => ({
      ...{ deviceId: device.id, kind: kindOf(device), state: "down" as const },
      ...{ sinceMs: clock.nowMs(), code, detail: null },
    }));
  const known = new Map(away("device-starting").map((health) => [health.deviceId, health]));

  function become(all: readonly DeviceHealth[]): void {
    for (const health of all) {
      const before = known.get(health.deviceId);
      known.set(health.deviceId, health);
      if (before?.state !== health.state || before.code !== health.code) onHealth(health);
    }
  }

  return {
    all: () => [...known.values()],
    saw: become,
    isAway: () => become(away("motion-away")),
  };
}
