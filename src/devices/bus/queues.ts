/** Requests that wait for the bus: bounded queues, STOP first (S5), then the earliest deadline. */
import { type Priority, patienceMs, queuedCountMax } from "./transaction.ts";

export interface Waiting {
  readonly slave: number;
  readonly priority: Priority;
  readonly queuedAtMs: number;
}

export interface Queues<Item extends Waiting> {
  /** Returns false when the queue of that priority is full. */
  add(item: Item): boolean;
  /** Puts a failed attempt back to the place that it had in its queue. */
  putBack(item: Item): void;
  next(): Item | null;
  hasStop(): boolean;
  /** Takes out and returns every request for which `which` is true. */
  remove(which: (item: Item) => boolean): Item[];
  readonly length: number;
}

const order: readonly Priority[] = ["stop", "motion", "status", "inventory"];

export function createQueues<Item extends Waiting>(): Queues<Item> {
  const lists: Record<Priority, Item[]> = { stop: [], motion: [], status: [], inventory: [] };

  return {
    add(item) {
      const list = lists[item.priority];
      if (list.length >= queuedCountMax[item.priority]) return false;
      list.push(item);
      return true;
    },
    putBack(item) {
      lists[item.priority].unshift(item);
    },
    next() {
      const stop = lists.stop.shift();
      if (stop) return stop;
      let best: Item[] | null = null;
      let bestDeadlineMs = Number.POSITIVE_INFINITY;
      for (const priority of ["motion", "status", "inventory"] as const) {
        const head = lists[priority][0];
        const deadlineMs = head ? head.queuedAtMs + patienceMs[priority] : Number.POSITIVE_INFINITY;
        if (deadlineMs < bestDeadlineMs) {
          best = lists[priority];
          bestDeadlineMs = deadlineMs;
        }
      }
      return best?.shift() ?? null;
    },
    hasStop: () => lists.stop.length > 0,
    remove(which) {
      const removed: Item[] = [];
      for (const priority of order) {
        lists[priority] = lists[priority].filter((item) => {
          const isRemoved = which(item);
          if (isRemoved) removed.push(item);
          return !isRemoved;
        });
      }
      return removed;
    },
    get length() {
      return order.reduce((sum, priority) => sum + lists[priority].length, 0);
    },
  };
}
