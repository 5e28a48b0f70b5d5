/** Checks that the journal still says what was written: hashes every row again, compares it with neighbours and chain head. */
import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { JournalVerification } from "../contract/journal.ts";
import type { Db } from "../storage/db.ts";
import { chainHeads, journal } from "../storage/schema/journal.ts";
import { firstPrevHash, hashRow } from "./hash-row.ts";
import { journalRow } from "./read-journal.ts";

const pageRows = 500;
/** Stored (compressed) size of a page: an import's row holds hundreds of records; a page is one uninterrupted step. */
const pageStoredBytes = 32 * 1024;
const faultsMax = 1_000;
/** A row with another revision's hash was moved; its origin is searched this far away. */
const movedRowsMax = 200;
/** Rows hashed in that search between two turns for other work. */
const restEveryRows = 5;
/** The search costs hundreds of hashes: after this many, rows are only reported as "changed". */
const lookedForMax = 100;

type Fault = JournalVerification["faults"][number];

export interface VerifySettings {
  /** Verify one chain; default: all. */
  chain?: string;
  onProgress?(rowsDone: number): void;
  /** Called between two pages, so that other work on the thread gets a turn. */
  rest?(): Promise<void>;
}

/**
 * Reads the journal in pages (bounded memory, no long transaction, so the room keeps working) and lists rows that do not fit. It
 * cannot detect a tail rewritten together with its head: keep the head's hash elsewhere against that.
 */
export async function verifyJournal(db: Db, settings: VerifySettings = {}): Promise<JournalVerification> {
  const report: JournalVerification = { rows: 0, faults: [], isCapped: false };
  let lookedFor = 0;
  const note = (fault: Fault) => {
    const isTold = report.faults.some((told) => told.chain === fault.chain && told.revision === fault.revision);
    if (isTold) return;
    if (report.faults.length < faultsMax) report.faults.push(fault);
    else report.isCapped = true;
  };
  for (const chain of settings.chain === undefined ? await chainsOf(db) : [settings.chain]) {
    // Read the head first: rows appended meanwhile come after it.
    const [head] = await db.select().from(chainHeads).where(eq(chainHeads.chain, chain));
    let expected = { revision: 1, hash: firstPrevHash };
    let previousRevision = 0;
    for (;;) {
      const page = await pageAfter(db, chain, previousRevision);
      for (const stored of page) {
        const row = journalRow(stored);
        const isWhole = hashRow(row) === row.hash;
        if (row.revision !== expected.revision) note({ chain, revision: expected.revision, what: "missing" });
        else if (row.prevHash !== expected.hash && isWhole && row.revision > 1)
          // The row itself is intact but names another predecessor: that one was changed and hashed again.
          note({ chain, revision: row.revision - 1, what: "changed" });
        if (!isWhole)
          note({
            chain,
            revision: row.revision,
            what: lookedFor++ < lookedForMax && (await wasMoved(row)) ? "reordered" : "changed",
          });
        else if (row.revision === 1 && row.prevHash !== firstPrevHash) note({ chain, revision: 1, what: "changed" });
        if (head && row.revision === head.revision && row.hash !== head.hash)
          note({ chain, revision: row.revision, what: "head" });
        expected = { revision: row.revision + 1, hash: row.hash };
        previousRevision = row.revision;
        report.rows++;
      }
      settings.onProgress?.(report.rows);
      // Rows may be appended all the time, so the check of a chain ends at the head that it began with.
      if (page.length === 0 || (head && previousRevision >= head.revision)) break;
      await settings.rest?.();
    }
    if (head && previousRevision < head.revision) note({ chain, revision: previousRevision + 1, what: "missing" });
    else if (!(await endsAtHead(db, chain))) note({ chain, revision: previousRevision, what: "head" });
  }
  return report;

  async function wasMoved(row: ReturnType<typeof journalRow>): Promise<boolean> {
    for (let away = 1; away <= movedRowsMax; away++) {
      if (away % restEveryRows === 0) await settings.rest?.();
      for (const revision of [row.revision - away, row.revision + away]) {
        if (revision > 0 && hashRow({ ...row, revision }) === row.hash) return true;
      }
    }
    return false;
  }
}

/** As many rows as one uninterrupted step should have, at least one while there are any. */
async function pageAfter(db: Db, chain: string, after: number) {
  const from = and(eq(journal.chain, chain), gt(journal.revision, after));
  const sizes = await db
    .select({ revision: journal.revision, bytes: sql<number>`pg_column_size(${journal.body})` })
    .from(journal)
    .where(from)
    .orderBy(asc(journal.revision))
    .limit(pageRows);
  let bytes = 0;
  let last = sizes[0]?.revision;
  for (const size of sizes) {
    bytes += size.bytes;
    if (bytes > pageStoredBytes && size !== sizes[0]) break;
    last = size.revision;
  }
  if (last === undefined) return [];
  return db
    .select()
    .from(journal)
    .where(and(from, lte(journal.revision, last)))
    .orderBy(asc(journal.revision));
}

async function chainsOf(db: Db): Promise<string[]> {
  const heads = await db.select({ chain: chainHeads.chain }).from(chainHeads);
  // A chain whose head was deleted still has rows; thanks to the primary key this reads only a few values.
  const withRows = await db.selectDistinct({ chain: journal.chain }).from(journal);
  return [...new Set([...heads, ...withRows].map(({ chain }) => chain))].sort();
}

/** Reads last row and head in one statement, so that an append in between cannot look like a fault. */
async function endsAtHead(db: Db, chain: string): Promise<boolean> {
  const answer = await db
    .select({
      head: sql<string | null>`(SELECT revision || ' ' || hash FROM ${chainHeads} WHERE chain = ${chain})`,
      last: sql<
        string | null
      >`(SELECT revision || ' ' || hash FROM ${journal} WHERE chain = ${chain} ORDER BY revision DESC LIMIT 1)`,
    })
    .from(sql`(SELECT 1) AS one`);
  const { head = null, last = null } = answer[0] ?? {};
  return head === last || (last === null && head === `0 ${firstPrevHash}`);
}
