import type { JournalRow } from "./contract/journal.ts";

/** The followers of committed rows: live feed, simulation, tests. One that throws does not stop the others. */
export interface SiteFeed {
  publish(rows: readonly JournalRow[]): void;
  follow(listener: (rows: readonly JournalRow[]) => void): () => void;
}

export function siteFeed(onFailure: (error: unknown) => void): SiteFeed {
  const listeners = new Set<(rows: readonly JournalRow[]) => void>();
  return {
    publish(rows) {
      for (const listener of listeners) {
        try {
          listener(rows);
        } catch (error) {
          onFailure(error);
        }
      }
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
