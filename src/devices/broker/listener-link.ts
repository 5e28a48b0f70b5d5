/** One link of the gateway's listener: its topics, with their numbers at the broker's process, and what it publishes. */
import { type Clock, withTimeout } from "../../clock/clock.ts";
import type { Refusal } from "../../contract/errors.ts";
import { linkStateBook } from "../links/link-state.ts";
import { type MqttLink, type MqttMessage, publishMsMax } from "../mqtt-link.ts";
import type { ByteChannel } from "./byte-channel.ts";
import { frameKinds, publishFrame, topicFrame } from "./listener-frames.ts";

/** Above this many bytes written but not taken, the broker counts as held and not merely slow. */
const unsentBytesMax = 1024 * 1024;

interface Subscription {
  topic: string;
  hear(message: MqttMessage): void;
}

interface Answering {
  resolve(): void;
  reject(error: Refusal): void;
}

/** State shared by all links of one listener. */
export interface ListenerLine {
  readonly clock: Clock;
  readonly away: (detail: string) => Refusal;
  readonly links: Set<{ up(): void; down(reason: Refusal): void }>;
  readonly subscriptions: Map<number, Subscription>;
  readonly answering: Map<number, Answering>;
  /** The channel to a ready broker; null while the broker is away, with the reason. */
  channel: ByteChannel | null;
  reason: Refusal | null;
  nextSubscription: number;
  nextPublish: number;
}

export function listenerLine(clock: Clock, away: ListenerLine["away"]): ListenerLine {
  return {
    ...{ clock, away, links: new Set(), subscriptions: new Map(), answering: new Map() },
    ...{ channel: null, reason: null, nextSubscription: 1, nextPublish: 1 },
  };
}

export function openListenerLink(line: ListenerLine): MqttLink {
  const { clock, away, subscriptions, answering } = line;
  const book = linkStateBook(clock);
  const topics = new Map<string, ((message: MqttMessage) => void)[]>();
  const ids = new Map<string, number>();
  let running = false;

  function listenTo(topic: string): void {
    const id = line.nextSubscription++;
    ids.set(topic, id);
    const hear = (message: MqttMessage) => {
      for (const listener of topics.get(topic) ?? []) listener(message);
    };
    subscriptions.set(id, { topic, hear });
    line.channel?.write(topicFrame(frameKinds.subscribe, id, topic));
  }

  function forget(): void {
    for (const [topic, id] of ids) {
      subscriptions.delete(id);
      line.channel?.write(topicFrame(frameKinds.unsubscribe, id, topic));
    }
    ids.clear();
  }

  const link = {
    up() {
      if (!running || book.state.up) return;
      for (const topic of topics.keys()) listenTo(topic);
      book.tell(true, null);
    },
    down(why: Refusal) {
      forget();
      if (running) book.tell(false, why);
    },
  };
  line.links.add(link);
  return {
    get state() {
      return book.state;
    },
    publish(topic, payload, { qos = 1, retain = false } = {}) {
      const to = line.channel;
      if (!book.state.up || !to) return Promise.reject(book.state.reason ?? away("starting"));
      if (to.pendingBytes > unsentBytesMax) return Promise.reject(away("too much waits for it"));
      const id = line.nextPublish++ >>> 0;
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
      if (!known && book.state.up) listenTo(topic);
    },
    onState: book.onState,
    start() {
      if (running) return;
      running = true;
      if (line.channel) link.up();
      else if (line.reason) book.tell(false, line.reason);
    },
    async stop() {
      if (!running) return;
      running = false;
      forget();
      book.tell(false, null);
    },
  };
}
