import { eq, sql } from "drizzle-orm";
import type { Actor, JournalRow } from "../contract/journal.ts";
import type { JournalKind } from "../contract/kinds/journal-rows.ts";
import type { Tx } from "../storage/db.ts";
import { chainHeads, journal } from "../storage/schema/journal.ts";
import { firstPrevHash, hashRow } from "./hash-row.ts";

export interface JournalEntry {
  chain: string;
  atMs: number;
  actor: Actor;
  kind: JournalKind;
  subject?: string | null;
  reason?: string | null;
  body: Record<string, unknown>;
}

/** Longest journal body, as JSON: a row is a fact, not a file. */
const bodyCharsMax = 4_000_000;

/** Appends rows to one chain inside the caller's transaction; the chain's head stays locked until it commits. */
export async function appendToChain(tx: Tx, chain: string, entries: readonly JournalEntry[]): Promise<JournalRow[]> {
  await tx.insert(chainHeads).values({ chain, revision: 0, hash: firstPrevHash }).onConflictDoNothing();
  const [head] = await tx.select().from(chainHeads).where(eq(chainHeads.chain, chain)).for("update");
  if (!head) throw new Error(`chain ${chain} has no head`);
  let { revision, hash } = head;
  const rows: JournalRow[] = [];
  for (const entry of entries) {
    const body = JSON.parse(JSON.stringify(entry.body)) as Record<string, unknown>;
    const unhashed = {
      chain,
      revision: ++revision,
      atMs: entry.atMs,
      actor: entry.actor,
      kind: entry.kind,
      subject: entry.subject ?? null,
      reason: entry.reason ?? null,
      body,
      prevHash: hash,
    };
    hash = hashRow(unhashed);
    rows.push({ ...unhashed, hash });
    if (JSON.stringify(body).length > bodyCharsMax) throw new Error(`journal row ${entry.kind} is too long`);
  }
  for (let from = 0; from < rows.length; from += 500) await tx.insert(journal).values(rows.slice(from, from + 500));
  await tx
    .update(chainHeads)
    .set({ revision, hash: sql`${hash}` })
    .where(eq(chainHeads.chain, chain));
  return rows;
}
