/** Numbered rows of the journal, and which of them a backup holds. */
import { expect } from "vitest";
import type { Context } from "../../src/context.ts";
import { change } from "../../src/journal/change.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { restore } from "../../src/storage/restore.ts";
import { freshDatabase } from "./database.ts";

export async function writeRow(context: Context, no: number): Promise<void> {
  const body = { no, pad: "档".repeat(500) };
  const row = { chain: "room:r1", actor: "gateway", kind: "site.loaded", subject: null, body } as const;
  await change(context, async (_tx, { note }) => note(row));
}

/** Restores the backup into a fresh database, and verifies its journal. */
export async function writtenIn(file: string, engine: "folder" | "postgres"): Promise<number[]> {
  const elsewhere = await freshDatabase(engine);
  try {
    await restore(elsewhere, file);
    expect((await verifyJournal(elsewhere.db)).faults).toEqual([]);
    const rows = await elsewhere.sql<{ no: number }[]>`
      SELECT (body->>'no')::int AS no FROM journal WHERE chain = 'room:r1' ORDER BY revision`;
    return rows.map(({ no }) => no);
  } finally {
    await elsewhere.close();
  }
}
