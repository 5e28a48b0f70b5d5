/** What a full lane goes on without: messages in, those that stay out, in their order. */
import type { BatchMessage } from "./listener-frames.ts";

export interface Waiting extends BatchMessage {
  /** Who said it. */
  client: string;
  /** Only the newest of its subscription counts (a state that the broker keeps). */
  isState: boolean;
  isAlarm: boolean;
}

/** What an entry costs beside its payload, roughly. */
const entryBytes = 128;

export function cost({ payload }: Waiting): number {
  return payload.length + entryBytes;
}

/** A state that a newer one follows says nothing more: those go before anything else does. */
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
 * From whoever has the most waiting, its oldest first: nobody's flood costs another's alarm. A state that is the newest of its
 * kind stays: dropped, nobody would ever tell it again.
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
