import type { Context } from "../context.ts";
import type { JournalRow } from "../contract/journal.ts";
import type { Tx } from "../storage/db.ts";
import { appendToChain, type JournalEntry } from "./append.ts";

export interface Recorder {
  /** Adds a journal row; it is written at the end of the transaction, so that the chain's head is locked only briefly. */
  note(entry: Omit<JournalEntry, "atMs">): void;
  atMs: number;
}

/**
 * One transaction that contains the change and its journal rows; after the commit the rows go to all listeners.
 * Nothing is published that did not commit, and nothing commits without its rows (I6, I8).
 */
export async function change<T>(context: Context, work: (tx: Tx, recorder: Recorder) => Promise<T>): Promise<T> {
  const { result, rows } = await context.db.transaction(async (tx) => {
    const entries: JournalEntry[] = [];
    const atMs = context.clock.nowMs();
    const result = await work(tx, { atMs, note: (entry) => entries.push({ ...entry, atMs }) });
    const rows: JournalRow[] = [];
    // Chains are locked in a fixed order, so that two changes over several chains cannot deadlock.
    for (const chain of [...new Set(entries.map((entry) => entry.chain))].sort()) {
      rows.push(
        ...(await appendToChain(
          tx,
          chain,
          entries.filter((entry) => entry.chain === chain),
        )),
      );
    }
    return { result, rows };
  });
  if (rows.length > 0) context.publish(rows);
  return result;
}
