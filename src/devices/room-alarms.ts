/** Alarms that any device of a room tells over MQTT, beside what its own state says. */
import { buildTopic, readPayload } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { RoomAlarm } from "../contract/ports.ts";
import type { MqttRoom } from "./drivers/mqtt-device.ts";

/** A remembered alarm is no news: the topic is never retained, so a retained one was put there by somebody. */
export function hearAlarms({ site, room, link, clock }: MqttRoom, onAlarm: (alarm: RoomAlarm) => void): void {
  link.subscribe(buildTopic({ site, room, kind: "alarm", id: null }), ({ payload, isRetained }) => {
    const read = readPayload("alarm", payload);
    if (!read.ok || isRetained) return;
    const { alarmId, level, kind, source, isCleared } = read.value;
    onAlarm({ roomId: room, alarmId, level, kind, deviceId: source?.id ?? null, isCleared, atMs: clock.nowMs() });
  });
}
