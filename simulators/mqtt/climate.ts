/** A climate sensor on MQTT (archive/v1): sends its values every ten seconds. */

import { buildTopic } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { Clock } from "../../src/clock/clock.ts";
import { type DevicePlace, speaker } from "./speaker.ts";
import type { MqttDevice } from "./wire.ts";

const everyMs = 10_000;

export function mqttClimate(
  read: () => { temperatureC: number | null; humidityPct: number | null },
  isUp: () => boolean,
  place: DevicePlace,
  clock: Clock,
): MqttDevice {
  const broken = JSON.stringify({
    bootId: 0,
    seq: 0,
    sentAt: "2000-01-01T00:00:00Z",
    temperatureC: null,
    humidityPct: null,
  });
  return {
    // This kind has no "offline"; a broken probe expresses it.
    will: { topic: buildTopic({ ...place, kind: "env" }), payload: broken },
    connect(wire) {
      let isOn = true;
      let cancel: () => void = () => {};
      const { say } = speaker(wire, place, clock, () => 1);
      const tell = () => {
        cancel();
        if (!isOn) return;
        cancel = clock.after(everyMs, tell);
        if (!isUp()) return;
        const { temperatureC, humidityPct } = read();
        const tenth = (value: number | null) => value && Math.round(value * 10) / 10;
        say("env", { temperatureC: tenth(temperatureC), humidityPct: tenth(humidityPct) });
      };
      wire.onConnect(tell);
      return () => {
        isOn = false;
        cancel();
      };
    },
  };
}
