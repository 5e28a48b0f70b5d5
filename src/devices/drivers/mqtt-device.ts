/**
 * Common to all devices of the archive/v1 tree: their topics, checked payloads, and the gateway's own boot and sequence numbers.
 */
import {
  buildTopic,
  type Payload,
  readPayload,
  type TopicKind,
} from "../../../firmware-protocols/archive-mqtt/index.ts";
import type { Clock } from "../../clock/clock.ts";
import type { MqttLink } from "../mqtt-link.ts";

/** One room's connection to the broker. */
export interface MqttRoom {
  site: string;
  room: string;
  link: MqttLink;
  clock: Clock;
  /** The gateway's own; changes with each start. */
  bootId: number;
  nextSeq: number;
}

export interface Envelope {
  bootId: number;
  seq: number;
  sentAt: string;
}

export interface MqttDevice {
  hear<Kind extends TopicKind>(
    kind: Kind,
    listener: (payload: Payload<Kind>, isRetained: boolean) => void,
    onProblem?: (problem: string) => void,
  ): void;
  say<Kind extends TopicKind>(kind: Kind, payload: Payload<Kind>, qos?: 0 | 1): Promise<void>;
  envelope(): Envelope;
  /** Envelope of a command. Both times come from one clock reading: devices refuse a life longer than agreed. */
  expiringEnvelope(lifeMs: number): Envelope & { expiresAt: string };
  /** Returns an id that is unique across restarts. */
  newId(what: string): string;
}

export function mqttDevice(room: MqttRoom, id: string): MqttDevice {
  const topicOf = (kind: TopicKind) => buildTopic({ site: room.site, room: room.room, kind, id });
  const envelopeAt = (atMs: number) => ({ bootId: room.bootId, seq: room.nextSeq++, sentAt: moment(atMs) });
  return {
    hear(kind, listener, onProblem) {
      room.link.subscribe(topicOf(kind), ({ payload, isRetained }) => {
        const read = readPayload(kind, payload);
        if (read.ok) listener(read.value, isRetained);
        else onProblem?.(`${read.problems[0]?.path ?? ""} ${read.problems[0]?.problem ?? ""}`.trim());
      });
    },
    say: (kind, payload, qos = 1) => room.link.publish(topicOf(kind), JSON.stringify(payload), { qos }),
    envelope: () => envelopeAt(room.clock.nowMs()),
    expiringEnvelope(lifeMs) {
      const atMs = room.clock.nowMs();
      return { ...envelopeAt(atMs), expiresAt: moment(atMs + lifeMs) };
    },
    newId: (what) => `${what}-${room.bootId}-${room.nextSeq++}`,
  };
}

export function moment(atMs: number): string {
  return new Date(atMs).toISOString();
}
