/** Which messages a full lane drops. Takes the queue and returns what stays, in the same order. */
import type { BatchMessage } from "./listener-frames.ts";

export interface Waiting extends BatchMessage {
  /** The sender. */
  client: string;
  /** A state that the broker keeps: only the newest of its subscription counts. */
  isState: boolean;
  isAlarm: boolean;
}

/** Rough overhead of an entry beside its payload. */
const entryBytes = 128;

export function cost({ payload }: Waiting): number {
  return payload.length + entryBytes;
}

/** Drops states that a newer one replaces; this is done before anything else is dropped. */
export function withoutOutdated(queue: readonly Waiting[]): Waiting[] {
  const newest = new Set<number>();
  const kept: Waiting[] = [];
  for (const message of queue.toReversed()) {
    if (message.isState && newest.has(message.subscription)) continue;
    if (message.isState) newest.add(message.subscription);
    kept.push(message);
  }
  return kept.reverse();
}

/**
 * Drops the oldest messages of the client that has most waiting, so that one client's flood does not cost another's alarm. The
 * newest state of its kind stays, because nobody would send it again.
 */
export function withoutMost(queue: readonly Waiting[], bytesMax: number): Waiting[] {
  const bytes = new Map<string, number>();
  let stateBytes = 0;
  for (const message of queue) {
    if (message.isState) stateBytes += cost(message);
    else bytes.set(message.client, (bytes.get(message.client) ?? 0) + cost(message));
  }
  const shareBytes = fairShare([...bytes.values()], bytesMax - stateBytes);
  return queue.filter((message) => {
    const waits = bytes.get(message.client) ?? 0;
    if (message.isState || waits <= shareBytes) return true;
    bytes.set(message.client, waits - cost(message));
    return false;
  });
}

/** The share of each client so that all fit: one that wants less than its share gets all it wants. */
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
