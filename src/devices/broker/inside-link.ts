/**
 * The gateway's own ear at the embedded broker: no second hop over TCP, no packet written and parsed again. Its rights are not
 * asked, it is the house. Same promises as `mqttLink`: exact topics, QoS 1 resolves when the broker took it, nothing queued.
 */
import type { Aedes, AedesPublishPacket } from "aedes";
import { type Clock, withTimeout } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { LinkState } from "../links/keep-link-up.ts";
import { type MqttLink, type MqttMessage, publishMsMax } from "../mqtt-link.ts";

const address = "embedded";

/** aedes has it, its types do not tell. */
interface Keeping {
  persistence: { createRetainedStream(topic: string): AsyncIterable<{ topic: string; payload: Buffer }> };
}

export function insideLink(broker: Aedes, clock: Clock): MqttLink {
  const listeners: ((state: LinkState) => void)[] = [];
  const topics = new Map<string, ((message: MqttMessage) => void)[]>();
  let state: LinkState = { up: false, reason: null, sinceMonoMs: clock.monoMs() };

  function tell(up: boolean): void {
    if (up === state.up) return;
    state = { up, reason: null, sinceMonoMs: clock.monoMs() };
    for (const listener of listeners) listener(state);
  }

  function deliver(packet: { topic: string; payload: string | Buffer }, isRetained: boolean): void {
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    for (const listener of topics.get(packet.topic) ?? []) listener({ topic: packet.topic, payload, isRetained });
  }

  // What arrives while we listen is news, even if the broker keeps it.
  const hear = (packet: AedesPublishPacket, done: () => void) => {
    done();
    deliver(packet, false);
  };

  async function listenTo(topic: string): Promise<void> {
    broker.subscribe(topic, hear, () => {});
    const { persistence } = broker as Aedes & Keeping;
    for await (const kept of persistence.createRetainedStream(topic)) if (state.up) deliver(kept, true);
  }

  return {
    get state() {
      return state;
    },
    publish(topic, payload, { qos = 1, retain = false } = {}) {
      const late = (detail: string) => new Refusal("broker-offline", { address, detail });
      if (!state.up) return Promise.reject(late("starting"));
      const sent = new Promise<void>((resolve, reject) => {
        const packet = { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain, dup: false } as const;
        broker.publish(packet, (error) => (error ? reject(late(error.message)) : resolve()));
      });
      return withTimeout(clock, sent, publishMsMax, () => late("no acknowledgement"));
    },
    subscribe(topic, listener) {
      const known = topics.get(topic);
      topics.set(topic, [...(known ?? []), listener]);
      if (!known && state.up) void listenTo(topic);
    },
    onState: (listener) => void listeners.push(listener),
    start() {
      if (state.up) return;
      tell(true);
      for (const topic of topics.keys()) void listenTo(topic);
    },
    async stop() {
      for (const topic of topics.keys()) broker.unsubscribe(topic, hear, () => {});
      tell(false);
    },
  };
}
