import { and, desc, eq, gt, lt, or, type SQL } from "drizzle-orm";
import type { JournalRow } from "../contract/journal.ts";
import type { JournalKind } from "../contract/kinds/journal-rows.ts";
import type { Db } from "../storage/db.ts";
import { chainHeads, journal } from "../storage/schema/journal.ts";

type StoredRow = typeof journal.$inferSelect;

export function journalRow(row: StoredRow): JournalRow {
  return { ...row, kind: row.kind as JournalKind, body: row.body as Record<string, unknown> };
}

/** Present revision of a chain; 0 when nothing was written yet. */
export async function chainHead(db: Db, chain: string): Promise<number> {
  const [head] = await db.select({ revision: chainHeads.revision }).from(chainHeads).where(eq(chainHeads.chain, chain));
  return head?.revision ?? 0;
}

/** Rows of a chain after a revision, oldest first. */
export async function readChain(db: Db, chain: string, after: number, limit: number): Promise<JournalRow[]> {
  const rows = await db
    .select()
    .from(journal)
    .where(and(eq(journal.chain, chain), gt(journal.revision, after)))
    .orderBy(journal.revision)
    .limit(limit);
  return rows.map(journalRow);
}

export interface HistoryPlace {
  atMs: number;
  chain: string;
  revision: number;
}

/** History of a subject, newest first, before the given place. */
export async function readHistory(
  db: Db,
  subject: string,
  before: HistoryPlace | null,
  limit: number,
): Promise<JournalRow[]> {
  const wanted: (SQL | undefined)[] = [eq(journal.subject, subject)];
  if (before !== null) {
    const { atMs, chain, revision } = before;
    wanted.push(
      or(
        lt(journal.atMs, atMs),
        and(eq(journal.atMs, atMs), lt(journal.chain, chain)),
        and(eq(journal.atMs, atMs), eq(journal.chain, chain), lt(journal.revision, revision)),
      ),
    );
  }
  const rows = await db
    .select()
    .from(journal)
    .where(and(...wanted))
    .orderBy(desc(journal.atMs), desc(journal.chain), desc(journal.revision))
    .limit(limit);
  return rows.map(journalRow);
}
