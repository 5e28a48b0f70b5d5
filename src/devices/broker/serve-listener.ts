/**
 * The broker's side of the gateway's listener: what the gateway subscribed to goes to it in two lanes, reads last, and what it says
 * is published. Its rights are not asked, it is the gateway.
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

/** On their way to the gateway, in the pipe and in its hands. A controller's message stands behind at most these reads. */
const readsWindowBytes = 256 * 1024;
const firstWindowBytes = 512 * 1024;
const readsWaitingBytesMax = 4 * 1024 * 1024;
const firstWaitingBytesMax = 2 * 1024 * 1024;
/** A gateway that takes nothing for so long is held. */
const heldMs = 1_000;
/** Answers and words that the gateway did not take: from here on it is held, and they are forgotten. */
export const unsaidBytesMax = 1024 * 1024;

export interface Message {
  topic: string;
  payload: Buffer;
  client: string;
  isReads: boolean;
  /** When it was taken. */
  atMonoMs: number;
  /** Kept by the broker. */
  isState: boolean;
  isAlarm: boolean;
}

export interface ListenerContext {
  publish(publishing: Publishing, done: (fault: string | null) => void): void;
  /** What the broker keeps of a topic. */
  kept(topic: string): AsyncIterable<{ topic: string; payload: Buffer }>;
  counts: Counts;
  monoMs(): number;
}

export interface ServedListener {
  /** A message that the broker took. */
  tell(message: Message): void;
  /** Something beside the messages, e.g. counts; not said to a gateway that is held. */
  say(word: unknown): void;
  readonly waitingBytes: number;
  /** The gateway takes reads, but slower than they come; one that is held takes none, and its reads are dropped. */
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
  // Asked for before one of us was held: what moves steel is never late.
  if (context.monoMs() > publishing.untilMonoMs) {
    context.counts.dropped("gateway", "late");
    answer("too late");
    return;
  }
  context.publish(publishing, answer);
}
