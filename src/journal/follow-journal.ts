/** Reads rows that another gateway commits; a gateway publishes its own rows when it writes them. */
import type { Clock } from "../clock/clock.ts";
import type { JournalRow } from "../contract/journal.ts";
import type { Db } from "../storage/db.ts";
import { chainHeads } from "../storage/schema/journal.ts";
import { readChain } from "./read-journal.ts";

export interface FollowDeps {
  db: Db;
  clock: Clock;
  /** False: nobody listens, so nothing is queried. */
  isWatched(): boolean;
  publish(rows: readonly JournalRow[]): void;
}

const lookEveryMs = 1_000;
/** Further rows are left out: a listener sees the gap and fetches all. */
const rowsMax = 500;

export function followJournal({ db, clock, isWatched, publish }: FollowDeps): () => void {
  const seen = new Map<string, number>();
  let isOver = false;
  let cancel = clock.after(lookEveryMs, () => void look());

  async function look(): Promise<void> {
    try {
      if (isWatched()) await readNew();
      else seen.clear();
    } catch {
      // If the server is away, the next round asks again.
    }
    if (!isOver) cancel = clock.after(lookEveryMs, () => void look());
  }

  async function readNew(): Promise<void> {
    for (const { chain, revision } of await db.select().from(chainHeads)) {
      const after = seen.get(chain);
      seen.set(chain, revision);
      if (after === undefined || after >= revision) continue;
      const rows = await readChain(db, chain, Math.max(after, revision - rowsMax), rowsMax);
      if (!isOver) publish(rows);
    }
  }

  return () => {
    isOver = true;
    cancel();
  };
}
