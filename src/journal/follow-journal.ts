/** Committed rows of another gateway, read as they come: this one's own are published by whoever writes them. */
import type { Clock } from "../clock/clock.ts";
import type { JournalRow } from "../contract/journal.ts";
import type { Db } from "../storage/db.ts";
import { chainHeads } from "../storage/schema/journal.ts";
import { readChain } from "./read-journal.ts";

export interface FollowDeps {
  db: Db;
  clock: Clock;
  /** Nobody reads: nothing is asked. */
  isWatched(): boolean;
  publish(rows: readonly JournalRow[]): void;
}

const lookEveryMs = 1_000;
/** More are left out: who follows sees the gap and asks for all. */
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
      // A server that is away is asked again.
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
