import type { Clock } from "./clock/clock.ts";
import type { JournalRow } from "./contract/journal.ts";
import type { Layout } from "./site/layout.ts";
import type { Db } from "./storage/db.ts";

/** What every verb is handed: where facts are kept, what time it is, how ids are made, what the room looks like, who listens. */
export interface Context {
  db: Db;
  clock: Clock;
  /** uuidv7 from the gateway's clock and chance. */
  newId(): string;
  layout: Layout;
  /** Committed journal rows, in order, to everything that follows them (live feed, tests). */
  publish(rows: readonly JournalRow[]): void;
}
