/** A climate sensor on MQTT (archive/v1 env). */
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { ClimatePort } from "../../contract/ports.ts";
import { type HealthListener, healthBook } from "./health.ts";
import type { DriverClimate } from "./modbus-climate.ts";
import { type MqttRoom, mqttDevice } from "./mqtt-device.ts";

export interface MqttClimateOptions {
  deviceId: string;
  room: MqttRoom;
  clock: Clock;
  onHealth: HealthListener;
}

/** Sensors report about once a minute. */
const silentMsMax = 300_000;

export function mqttClimate(options: MqttClimateOptions): DriverClimate {
  const { deviceId, room, clock } = options;
  const device = mqttDevice(room, deviceId);
  const health = healthBook(deviceId, "climate", clock, options.onHealth);
  const listeners: Parameters<ClimatePort["onReading"]>[0][] = [];
  /** When the sensor was last heard, monotonic. */
  let heardAtMs = clock.monoMs();
  let cancelWatch = clock.after(silentMsMax, watch);

  function watch(): void {
    cancelWatch = clock.after(silentMsMax / 4, watch);
    if (clock.monoMs() - heardAtMs > silentMsMax) health.down(new Refusal("device-timeout", { device: deviceId }));
  }

  device.hear("env", ({ temperatureC, humidityPct, sentAt }, isRetained) => {
    const nowMs = clock.nowMs();
    const atMs = isRetained ? Math.min(nowMs, Date.parse(sentAt)) : nowMs;
    // A retained message is as old as its own time says, if the sensor's clock is right; it never counts as newer than now.
    heardAtMs = Math.max(heardAtMs, clock.monoMs() - (nowMs - atMs));
    if (temperatureC === null || humidityPct === null) {
      health.degraded(new Refusal("device-wrong-answer", { device: deviceId, detail: "the probe is broken" }));
    } else {
      health.up();
    }
    for (const listener of listeners) listener({ temperatureC, humidityPct, atMs });
  });
  room.link.onState((state) => {
    if (!state.up) health.down(state.reason ?? new Refusal("broker-offline", { address: "", detail: "closed" }));
  });

  return {
    deviceId,
    onReading: (listener) => void listeners.push(listener),
    health: () => health.current,
    close: () => cancelWatch(),
  };
}
