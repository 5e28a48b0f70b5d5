/** Alarms that a room's devices send over MQTT, each under its own topic, separately from their states. */
import { buildTopic, readPayload } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { AlarmListener, RoomAlarm } from "../contract/ports.ts";
import type { MqttRoom } from "./drivers/mqtt-device.ts";
import type { MqttMessage } from "./mqtt-link.ts";

/** The sender is the topic's id, which the broker's rights bind to the user; a sender named in the payload is ignored. */
export function hearAlarms(
  opening: MqttRoom,
  deviceIds: readonly string[],
  listener: AlarmListener,
  isUnsignedHeard = true,
): void {
  const { site, room, link } = opening;
  for (const deviceId of deviceIds) {
    const topic = buildTopic({ site, room, kind: "alarm", id: deviceId });
    link.subscribe(topic, (message) => hear(opening, deviceId, message, listener));
  }
  if (!isUnsignedHeard) return;
  // The embedded broker adds the sender's id; messages that still arrive here came through a broker that cannot.
  const unsigned = buildTopic({ site, room, kind: "alarm-unsigned", id: null });
  link.subscribe(unsigned, (message) => hear(opening, null, message, listener));
}

function hear(
  { room, clock }: MqttRoom,
  deviceId: string | null,
  { payload, isRetained }: MqttMessage,
  { onAlarm, onFault }: AlarmListener,
): void {
  const atMs = clock.nowMs();
  const about = { roomId: room, deviceId, atMs };
  // A retained alarm is ignored: devices never retain alarms, so somebody else put it there.
  const read = isRetained ? null : readPayload("alarm", payload);
  if (!read?.ok) {
    onFault({ ...about, fault: isRetained ? "retained" : "not-readable" });
    return;
  }
  const { alarmId, level, kind, source, isCleared } = read.value;
  const isAnothers = deviceId !== null && source !== null && source.id !== deviceId;
  if (isAnothers) onFault({ ...about, fault: "names-another" });
  const alarm: RoomAlarm = { roomId: room, alarmId, level, kind, deviceId, isCleared, atMs };
  onAlarm(alarm);
}
