import type { ClientCount, DropReason } from "../../contract/broker-counts.ts";

export interface Counts {
  took(client: string, bytes: number): void;
  dropped(client: string, reason: DropReason, messages?: number): void;
  /** What each client sent since the last call; idle clients are left out. */
  since(): Record<string, ClientCount>;
}

export function createCounts(): Counts {
  let byClient = new Map<string, ClientCount>();
  const of = (client: string): ClientCount => {
    const known = byClient.get(client) ?? { messages: 0, bytes: 0, dropped: {} };
    byClient.set(client, known);
    return known;
  };
  return {
    took(client, bytes) {
      const count = of(client);
      count.messages++;
      count.bytes += bytes;
    },
    dropped(client, reason, messages = 1) {
      const { dropped } = of(client);
      dropped[reason] = (dropped[reason] ?? 0) + messages;
    },
    since() {
      const counts = Object.fromEntries(byClient);
      byClient = new Map();
      return counts;
    },
  };
}

export function addCounts(to: Map<string, ClientCount>, more: Record<string, ClientCount>): void {
  for (const [client, { messages, bytes, dropped }] of Object.entries(more)) {
    const sum = to.get(client) ?? { messages: 0, bytes: 0, dropped: {} };
    sum.messages += messages;
    sum.bytes += bytes;
    for (const [reason, count] of Object.entries(dropped) as [DropReason, number][])
      sum.dropped[reason] = (sum.dropped[reason] ?? 0) + count;
    to.set(client, sum);
  }
}
