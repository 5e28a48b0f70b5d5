/**
 * The gateway's side of its listener at the embedded broker. It behaves like `mqttLink`: exact topics, QoS 1 resolves when the
 * broker took the message, a retained message comes once and marked so, nothing is queued for an absent broker.
 */
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { MqttLink } from "../mqtt-link.ts";
import type { ByteChannel } from "./byte-channel.ts";
import { frameKinds, frameReader, readAnswer, readBatch, readJson, tookFrame } from "./listener-frames.ts";
import { type ListenerLine, listenerLine, openListenerLink } from "./listener-link.ts";

/** Taken bytes are acknowledged in portions of this size, or at the listener's next tick. */
const tookBytesMin = 64 * 1024;
const tookMs = 100;
/**
 * A message that either process held for longer has an unknown age, like a retained one, so its content is not taken as current.
 */
const freshMsMax = 2_000;

export interface BrokerListener {
  openLink(): MqttLink;
  /** A broker at the other end is ready. */
  up(channel: ByteChannel): void;
  down(reason: Refusal): void;
  /** Called with the broker's control messages. */
  onSaid(listener: (word: unknown) => void): void;
  /** Reads a channel before it counts as up. */
  listen(channel: ByteChannel): void;
  /** When anything was last heard from the broker, monotonic. */
  readonly heardMonoMs: number;
  /** Messages that arrived too late to count as current. */
  readonly lateMessages: number;
}

export function openListener(clock: Clock, address: string): BrokerListener {
  const saidListeners: ((word: unknown) => void)[] = [];
  const away = (detail: string) => new Refusal("broker-offline", { address, detail });
  const line = listenerLine(clock, away);
  let heardMonoMs = clock.monoMs();
  const took = tookBytes(line);
  let lateMessages = 0;

  function take(from: ByteChannel, kind: number, body: Buffer): void {
    heardMonoMs = clock.monoMs();
    if (kind === frameKinds.said) {
      const word = readJson(body);
      for (const listener of saidListeners) listener(word);
    } else if (kind === frameKinds.answer) {
      const { id, fault } = readAnswer(body);
      const waiting = line.answering.get(id);
      line.answering.delete(id);
      if (fault === null) waiting?.resolve();
      else waiting?.reject(away(fault));
    } else {
      readBatch(body, ({ subscription, payload, isRetained, atMonoMs }) => {
        const known = line.subscriptions.get(subscription);
        const isLate = heardMonoMs - atMonoMs > freshMsMax;
        if (isLate && !isRetained) lateMessages++;
        known?.hear({ topic: known.topic, payload, isRetained: isRetained || isLate });
      });
      took.note(from, kind, 5 + body.length);
    }
  }

  return {
    openLink: () => openListenerLink(line),
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
      line.channel = ready;
      line.reason = null;
      took.forget();
      for (const link of line.links) link.up();
    },
    down(why) {
      if (line.reason?.message === why.message && !line.channel) return;
      line.reason = why;
      for (const link of line.links) link.down(why);
      line.channel = null;
      for (const waiting of line.answering.values()) waiting.reject(why);
      line.answering.clear();
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

/** Counts per channel: a restarted broker expects no acknowledgement for bytes of the one before. */
function tookBytes(line: ListenerLine) {
  let took = { firstBytes: 0, readsBytes: 0 };
  let isTelling = false;

  function acknowledge(from: ByteChannel): void {
    const { firstBytes, readsBytes } = took;
    if (firstBytes + readsBytes === 0 || from !== line.channel) return;
    took = { firstBytes: 0, readsBytes: 0 };
    from.write(tookFrame(firstBytes, readsBytes));
  }

  return {
    note(from: ByteChannel, kind: number, bytes: number): void {
      if (kind === frameKinds.first) took.firstBytes += bytes;
      else took.readsBytes += bytes;
      const isMuch = took.firstBytes + took.readsBytes >= tookBytesMin;
      if (isMuch) acknowledge(from);
      if (isMuch || isTelling) return;
      isTelling = true;
      line.clock.after(tookMs, () => {
        isTelling = false;
        if (line.channel) acknowledge(line.channel);
      });
    },
    forget(): void {
      took = { firstBytes: 0, readsBytes: 0 };
    },
  };
}
