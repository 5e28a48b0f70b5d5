/**
 * The gateway's side of its ear at the embedded broker. Same promises as `mqttLink`: exact topics, QoS 1 resolves when the
 * broker took it, what is kept comes once and as kept, nothing is queued for a broker that is away.
 */
import { type Clock, withTimeout } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { LinkState } from "../links/keep-link-up.ts";
import { type MqttLink, type MqttMessage, publishMsMax } from "../mqtt-link.ts";
import type { ByteChannel } from "./byte-channel.ts";
import {
  frameKinds,
  frameReader,
  publishFrame,
  readAnswer,
  readBatch,
  readJson,
  tookFrame,
  topicFrame,
} from "./ear-frames.ts";

/** Written and not taken by the broker: more than this is not waiting, it is held. */
const unsentBytesMax = 1024 * 1024;
/** Told in portions, or at the next tick of the ear. */
const tookBytesMin = 64 * 1024;
const tookMs = 100;
/** What one of us held for longer is of unknown age, as what the broker keeps is: nothing is believed on that. */
const freshMsMax = 2_000;

export interface BrokerEar {
  openLink(): MqttLink;
  /** A broker that is ready on the other end. */
  up(channel: ByteChannel): void;
  down(reason: Refusal): void;
  /** What the broker says beside messages. */
  onSaid(listener: (word: unknown) => void): void;
  /** Bytes of a channel that is not up yet are read as well. */
  listen(channel: ByteChannel): void;
  /** When anything was last heard, monotonic. */
  readonly heardMonoMs: number;
  /** Messages that came too late to be news. */
  readonly lateMessages: number;
}

interface Subscription {
  topic: string;
  hear(message: MqttMessage): void;
}

interface Answering {
  resolve(): void;
  reject(error: Refusal): void;
}

export function openEar(clock: Clock, address: string): BrokerEar {
  const links = new Set<{ up(): void; down(reason: Refusal): void }>();
  const saidListeners: ((word: unknown) => void)[] = [];
  const subscriptions = new Map<number, Subscription>();
  const answering = new Map<number, Answering>();
  let channel: ByteChannel | null = null;
  let reason: Refusal | null = null;
  let nextSubscription = 1;
  let nextPublish = 1;
  let heardMonoMs = clock.monoMs();
  let took = { firstBytes: 0, readsBytes: 0 };
  let isTelling = false;
  let lateMessages = 0;

  const away = (detail: string) => new Refusal("broker-offline", { address, detail });

  /** Of the channel that they came by: a broker that is started anew owes nothing for the one before. */
  function acknowledge(from: ByteChannel): void {
    const { firstBytes, readsBytes } = took;
    if (firstBytes + readsBytes === 0 || from !== channel) return;
    took = { firstBytes: 0, readsBytes: 0 };
    from.write(tookFrame(firstBytes, readsBytes));
  }

  function noteTaken(from: ByteChannel, kind: number, bytes: number): void {
    if (kind === frameKinds.first) took.firstBytes += bytes;
    else took.readsBytes += bytes;
    const isMuch = took.firstBytes + took.readsBytes >= tookBytesMin;
    if (isMuch) acknowledge(from);
    if (isMuch || isTelling) return;
    isTelling = true;
    clock.after(tookMs, () => {
      isTelling = false;
      if (channel) acknowledge(channel);
    });
  }

  function take(from: ByteChannel, kind: number, body: Buffer): void {
    heardMonoMs = clock.monoMs();
    if (kind === frameKinds.said) {
      const word = readJson(body);
      for (const listener of saidListeners) listener(word);
    } else if (kind === frameKinds.answer) {
      const { id, fault } = readAnswer(body);
      const waiting = answering.get(id);
      answering.delete(id);
      if (fault === null) waiting?.resolve();
      else waiting?.reject(away(fault));
    } else {
      readBatch(body, ({ subscription, payload, isRetained, atMonoMs }) => {
        const known = subscriptions.get(subscription);
        const isLate = heardMonoMs - atMonoMs > freshMsMax;
        if (isLate && !isRetained) lateMessages++;
        known?.hear({ topic: known.topic, payload, isRetained: isRetained || isLate });
      });
      noteTaken(from, kind, 5 + body.length);
    }
  }

  function openLink(): MqttLink {
    const listeners: ((state: LinkState) => void)[] = [];
    const topics = new Map<string, ((message: MqttMessage) => void)[]>();
    const ids = new Map<string, number>();
    let state: LinkState = { up: false, reason: null, sinceMonoMs: clock.monoMs() };
    let running = false;

    function tell(up: boolean, why: Refusal | null): void {
      const changed = up !== state.up || why?.code !== state.reason?.code;
      state = { up, reason: why, sinceMonoMs: changed ? clock.monoMs() : state.sinceMonoMs };
      if (changed) for (const listener of listeners) listener(state);
    }

    function listenTo(topic: string): void {
      const id = nextSubscription++;
      ids.set(topic, id);
      const hear = (message: MqttMessage) => {
        for (const listener of topics.get(topic) ?? []) listener(message);
      };
      subscriptions.set(id, { topic, hear });
      channel?.write(topicFrame(frameKinds.subscribe, id, topic));
    }

    function forget(): void {
      for (const [topic, id] of ids) {
        subscriptions.delete(id);
        channel?.write(topicFrame(frameKinds.unsubscribe, id, topic));
      }
      ids.clear();
    }

    const link = {
      up() {
        if (!running || state.up) return;
        for (const topic of topics.keys()) listenTo(topic);
        tell(true, null);
      },
      down(why: Refusal) {
        forget();
        if (running) tell(false, why);
      },
    };
    links.add(link);
    return {
      get state() {
        return state;
      },
      publish(topic, payload, { qos = 1, retain = false } = {}) {
        const to = channel;
        if (!state.up || !to) return Promise.reject(state.reason ?? away("starting"));
        if (to.pendingBytes > unsentBytesMax) return Promise.reject(away("too much waits for it"));
        const id = nextPublish++ >>> 0;
        const sent = new Promise<void>((resolve, reject) => answering.set(id, { resolve, reject }));
        const untilMonoMs = clock.monoMs() + publishMsMax;
        to.write(publishFrame({ id, qos, retain, untilMonoMs, topic, payload: Buffer.from(payload) }));
        return withTimeout(clock, sent, publishMsMax, () => {
          answering.delete(id);
          return away("no acknowledgement");
        });
      },
      subscribe(topic, listener) {
        const known = topics.get(topic);
        topics.set(topic, [...(known ?? []), listener]);
        if (!known && state.up) listenTo(topic);
      },
      onState: (listener) => void listeners.push(listener),
      start() {
        if (running) return;
        running = true;
        if (channel) link.up();
        else if (reason) tell(false, reason);
      },
      async stop() {
        if (!running) return;
        running = false;
        forget();
        tell(false, null);
      },
    };
  }

  return {
    openLink,
    listen(opening) {
      const read = frameReader((kind, body) => take(opening, kind, body));
      opening.onBytes((bytes) => {
        try {
          read(bytes);
        } catch {
          opening.close();
        }
      });
    },
    up(ready) {
      channel = ready;
      reason = null;
      took = { firstBytes: 0, readsBytes: 0 };
      for (const link of links) link.up();
    },
    down(why) {
      if (reason?.message === why.message && !channel) return;
      reason = why;
      for (const link of links) link.down(why);
      channel = null;
      for (const waiting of answering.values()) waiting.reject(why);
      answering.clear();
    },
    onSaid: (listener) => void saidListeners.push(listener),
    get heardMonoMs() {
      return heardMonoMs;
    },
    get lateMessages() {
      return lateMessages;
    },
  };
}
