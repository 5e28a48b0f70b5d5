/**
 * The broker's side of the gateway's listener. Subscribed messages go to the gateway in two lanes, tag reads last, and what the
 * gateway sends is published. No rights are checked: this is the gateway itself.
 */
import type { ByteChannel } from "./byte-channel.ts";
import type { Counts } from "./counts.ts";
import { createLane } from "./lane.ts";
import {
  answerFrame,
  BadFrame,
  frameKinds,
  frameReader,
  jsonFrame,
  type Publishing,
  readPublish,
  readTook,
  readTopic,
} from "./listener-frames.ts";
import { listenerTopics } from "./listener-topics.ts";

/** Reads sent that the gateway has not taken yet. A controller's message waits behind at most this many bytes of reads. */
const readsWindowBytes = 256 * 1024;
const firstWindowBytes = 512 * 1024;
const readsWaitingBytesMax = 4 * 1024 * 1024;
const firstWaitingBytesMax = 2 * 1024 * 1024;
/** A gateway that takes nothing for this long counts as held. */
const heldMs = 1_000;
/** Control messages and answers that the gateway did not take; beyond this it counts as held, and they are dropped. */
export const unsaidBytesMax = 1024 * 1024;

export interface Message {
  topic: string;
  payload: Buffer;
  client: string;
  isReads: boolean;
  /** When the broker received it. */
  atMonoMs: number;
  /** The broker retains it. */
  isState: boolean;
  isAlarm: boolean;
}

export interface ListenerContext {
  publish(publishing: Publishing, done: (fault: string | null) => void): void;
  /** The retained messages of a topic. */
  kept(topic: string): AsyncIterable<{ topic: string; payload: Buffer }>;
  counts: Counts;
  monoMs(): number;
}

export interface ServedListener {
  /** Passes on a message that the broker received. */
  tell(message: Message): void;
  /** Sends something other than a message, e.g. counts; skipped while the gateway is held. */
  say(word: unknown): void;
  readonly waitingBytes: number;
  /** The gateway takes reads more slowly than they come. A held gateway takes none, and its reads are dropped. */
  isCongested(): boolean;
}

export interface ListenerLimits {
  readsWaitingBytesMax: number;
}

export function serveListener(
  channel: ByteChannel,
  context: ListenerContext,
  limits: Partial<ListenerLimits> = {},
): ServedListener {
  const readsMax = limits.readsWaitingBytesMax ?? readsWaitingBytesMax;
  let tookMonoMs = context.monoMs();
  let isDue = false;

  const lane = (kind: number, windowBytes: number, waitingBytesMax: number) =>
    createLane({
      kind,
      windowBytes,
      waitingBytesMax,
      send: (frame) => channel.write(frame),
      onDropped: ({ client, isAlarm }) => context.counts.dropped(client, isAlarm ? "alarms-held" : "gateway-held"),
    });
  const first = lane(frameKinds.first, firstWindowBytes, firstWaitingBytesMax);
  const reads = lane(frameKinds.reads, readsWindowBytes, readsMax);
  const topics = listenerTopics(context, first);

  function readsLater(): void {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      first.flush();
      reads.flush();
    });
  }

  function take(kind: number, body: Buffer): void {
    if (kind === frameKinds.publish) publish(channel, context, readPublish(body));
    else if (kind === frameKinds.took) {
      const { firstBytes, readsBytes } = readTook(body);
      tookMonoMs = context.monoMs();
      first.took(firstBytes);
      reads.took(readsBytes);
      first.flush();
      reads.flush();
    } else if (kind === frameKinds.subscribe || kind === frameKinds.unsubscribe) {
      const { subscription, topic } = readTopic(body);
      if (kind === frameKinds.unsubscribe) topics.unsubscribe(subscription, topic);
      else void topics.subscribe(subscription, topic);
    } else throw new BadFrame(`a frame of kind ${kind}`);
  }

  const read = frameReader(take);
  channel.onBytes((bytes) => {
    try {
      read(bytes);
    } catch {
      channel.close();
    }
  });
  channel.onClosed(topics.clear);

  return {
    tell({ topic, isReads, ...message }) {
      const subscriptions = topics.of(topic);
      if (!subscriptions) return;
      const queue = isReads ? reads : first;
      for (const subscription of subscriptions) {
        subscription.hasNews = true;
        queue.push({ ...message, subscription: subscription.id, isRetained: false });
      }
      // Reads of one round of the event loop go together; all else goes at once.
      if (isReads) readsLater();
      else first.flush();
    },
    say(word) {
      if (channel.pendingBytes < unsaidBytesMax) channel.write(jsonFrame(frameKinds.said, word));
    },
    get waitingBytes() {
      return first.waitingBytes + reads.waitingBytes;
    },
    isCongested: () => reads.waitingBytes > readsMax / 2 && context.monoMs() - tookMonoMs < heldMs,
  };
}

function publish(channel: ByteChannel, context: ListenerContext, publishing: Publishing): void {
  const answer = (fault: string | null) => {
    if (channel.pendingBytes < unsaidBytesMax) channel.write(answerFrame(publishing.id, fault));
  };
  // Either process was held after the request was made: a message that moves a shelf is never sent late.
  if (context.monoMs() > publishing.untilMonoMs) {
    context.counts.dropped("gateway", "late");
    answer("too late");
    return;
  }
  context.publish(publishing, answer);
}
