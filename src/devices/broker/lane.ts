/**
 * A queue of messages to the gateway with two limits: bytes on their way that the gateway has not taken yet, and bytes that
 * wait behind them. A held gateway costs the oldest messages of who has the most, never the broker's memory.
 */
import { type BatchMessage, batchFrame, messageBytes } from "./ear-frames.ts";

export interface Waiting extends BatchMessage {
  /** Who said it. */
  client: string;
  /** Only the newest of its subscription counts (a state that the broker keeps). */
  isState: boolean;
  isAlarm: boolean;
}

export interface LaneOptions {
  kind: number;
  windowBytes: number;
  waitingBytesMax: number;
  send(frame: Buffer): void;
  onDropped(message: Waiting): void;
}

export interface Lane {
  push(message: Waiting): void;
  /** Sends what the window lets through. */
  flush(): void;
  /** The gateway took so many bytes. */
  took(bytes: number): void;
  readonly waitingBytes: number;
}

const batchBytesMax = 32 * 1024;
/** What an entry costs beside its payload, roughly. */
const entryBytes = 128;

export function createLane({ kind, windowBytes, waitingBytesMax, send, onDropped }: LaneOptions): Lane {
  let queue: Waiting[] = [];
  let head = 0;
  let waitingBytes = 0;
  let onTheWayBytes = 0;

  const cost = ({ payload }: Waiting) => payload.length + entryBytes;

  function shift(): Waiting {
    const message = queue[head++] as Waiting;
    waitingBytes -= cost(message);
    if (head > 1024 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
    return message;
  }

  /** A state that a newer one follows says nothing more: those go before anything else does. */
  function dropOutdated(): void {
    const newest = new Set<number>();
    const kept: Waiting[] = [];
    for (let i = queue.length - 1; i >= head; i--) {
      const message = queue[i] as Waiting;
      if (message.isState && newest.has(message.subscription)) {
        waitingBytes -= cost(message);
        onDropped(message);
        continue;
      }
      if (message.isState) newest.add(message.subscription);
      kept.push(message);
    }
    queue = kept.reverse();
    head = 0;
  }

  /**
   * From whoever has the most waiting, its oldest first: nobody's flood costs another's alarm. A state that is the newest of its
   * kind stays: dropped, nobody would ever tell it again.
   */
  function dropMost(): void {
    dropOutdated();
    const bytes = new Map<string, number>();
    let stateBytes = 0;
    for (const message of queue) {
      if (message.isState) stateBytes += cost(message);
      else bytes.set(message.client, (bytes.get(message.client) ?? 0) + cost(message));
    }
    const shareBytes = fairShare([...bytes.values()], waitingBytesMax / 2 - stateBytes);
    const kept: Waiting[] = [];
    for (const message of queue) {
      const waits = bytes.get(message.client) ?? 0;
      if (message.isState || waits <= shareBytes) {
        kept.push(message);
        continue;
      }
      bytes.set(message.client, waits - cost(message));
      waitingBytes -= cost(message);
      onDropped(message);
    }
    queue = kept;
  }

  return {
    get waitingBytes() {
      return waitingBytes;
    },
    push(message) {
      queue.push(message);
      waitingBytes += cost(message);
      // Down to half at once: to look through the queue for each message would make a flood dearer.
      if (waitingBytes > waitingBytesMax) dropMost();
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

/** How much each may have so that all together fit: who wants less than that gets all of it. */
function fairShare(wanted: number[], roomBytes: number): number {
  let left = Math.max(0, roomBytes);
  const smallestFirst = wanted.sort((a, b) => a - b);
  for (const [i, bytes] of smallestFirst.entries()) {
    const share = left / (smallestFirst.length - i);
    if (bytes > share) return share;
    left -= bytes;
  }
  return Number.POSITIVE_INFINITY;
}
