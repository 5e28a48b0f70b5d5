/** Wraps a device's messages in archive/v1's envelope: boot id, running number, time. */
import { buildTopic, payloads, type TopicKind } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { MqttWire } from "./wire.ts";

export interface DevicePlace {
  site: string;
  room: string;
  id: string;
}

export interface Speaker {
  topic(kind: TopicKind): string;
  /** Returns the message's number. */
  say(kind: TopicKind, body: Record<string, unknown>, onTopic?: string): number;
}

export function speaker(
  wire: MqttWire,
  place: DevicePlace,
  clock: Clock,
  bootId: () => number,
  nextSeq: () => number = counter(),
): Speaker {
  const topic = (kind: TopicKind) => buildTopic({ ...place, kind });
  return {
    topic,
    say(kind, body, onTopic = topic(kind)) {
      const envelope = { bootId: bootId(), seq: nextSeq(), sentAt: new Date(clock.nowMs()).toISOString() };
      const { qos, isRetained } = payloads[kind];
      // On a foreign topic the broker refuses it and closes the connection: stored for later, it would be refused for ever.
      const isOwn = onTopic === topic(kind);
      wire.publish(onTopic, JSON.stringify({ ...envelope, ...body }), { qos: isOwn ? qos : 0, isRetained });
      return envelope.seq;
    },
  };
}

export function offlineWill(place: DevicePlace, kind: TopicKind): { topic: string; payload: string } {
  return { topic: buildTopic({ ...place, kind }), payload: JSON.stringify({ state: "offline" }) };
}

function counter(): () => number {
  let seq = 0;
  return () => seq++;
}
