/**
 * A queue of messages to the gateway with two limits: bytes sent that the gateway has not taken yet, and bytes waiting behind
 * them. When the gateway is held, the client with most waiting loses its oldest messages; the broker's memory does not grow.
 */

import { cost, type Waiting, withoutMost, withoutOutdated } from "./lane-drops.ts";
import { batchFrame, messageBytes } from "./listener-frames.ts";

export interface LaneOptions {
  kind: number;
  windowBytes: number;
  waitingBytesMax: number;
  send(frame: Buffer): void;
  onDropped(message: Waiting): void;
}

export interface Lane {
  push(message: Waiting): void;
  /** Sends as much as the window allows. */
  flush(): void;
  /** The gateway has taken this many bytes. */
  took(bytes: number): void;
  readonly waitingBytes: number;
}

const batchBytesMax = 32 * 1024;

export function createLane({ kind, windowBytes, waitingBytesMax, send, onDropped }: LaneOptions): Lane {
  let queue: Waiting[] = [];
  let head = 0;
  let waitingBytes = 0;
  let onTheWayBytes = 0;

  function shift(): Waiting {
    const message = queue[head++] as Waiting;
    waitingBytes -= cost(message);
    if (head > 1024 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
    return message;
  }

  function drop(): void {
    const waiting = queue.slice(head);
    const left = withoutMost(withoutOutdated(waiting), waitingBytesMax / 2);
    const isKept = new Set(left);
    for (const message of waiting) {
      if (isKept.has(message)) continue;
      waitingBytes -= cost(message);
      onDropped(message);
    }
    queue = left;
    head = 0;
  }

  return {
    get waitingBytes() {
      return waitingBytes;
    },
    push(message) {
      queue.push(message);
      waitingBytes += cost(message);
      // Drops down to half the limit at once: searching the queue for each message would make a flood costlier.
      if (waitingBytes > waitingBytesMax) drop();
    },
    flush() {
      while (head < queue.length && onTheWayBytes < windowBytes) {
        const batch: Waiting[] = [];
        for (let bytes = 0; head < queue.length && bytes < batchBytesMax; ) {
          const message = shift();
          batch.push(message);
          bytes += messageBytes(message.payload);
        }
        const frame = batchFrame(kind, batch);
        onTheWayBytes += frame.length;
        send(frame);
      }
      if (head === queue.length) {
        queue = [];
        head = 0;
      }
    },
    took(bytes) {
      onTheWayBytes = Math.max(0, onTheWayBytes - bytes);
    },
  };
}
