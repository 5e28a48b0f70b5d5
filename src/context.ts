import type { Clock } from "./clock/clock.ts";
import type { JournalRow } from "./contract/journal.ts";
import type { Layout } from "./site/layout.ts";
import type { Db } from "./storage/db.ts";

/** What every function of a feature receives: database, clock, ids, layout, publisher of journal rows. */
export interface Context {
  db: Db;
  clock: Clock;
  /** A uuidv7 from the gateway's clock and random numbers. */
  newId(): string;
  layout: Layout;
  /** Passes committed journal rows, in order, to all followers (live feed, tests). */
  publish(rows: readonly JournalRow[]): void;
}
