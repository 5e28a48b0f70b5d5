/** The statements by which a grant is kept and given back, in the database's own time. */
import type { Sql } from "postgres";
import { type LeadGrant, leadMs } from "./lead-grant.ts";

type Grant = Pick<LeadGrant, "epoch" | "holder">;

/** Also one that ran out, as long as nobody else took it. */
export async function renewLead(sql: Sql, grant: Grant, stopped: readonly string[] = []): Promise<"renewed" | "lost"> {
  return (await setEnd(sql, grant, leadMs, stopped)) ? "renewed" : "lost";
}

/** Whoever waits for it may take it at once. Nothing happens where it is another's by now. */
export async function releaseLead(sql: Sql, grant: Grant, stopped: readonly string[] = []): Promise<void> {
  await setEnd(sql, grant, 0, stopped);
}

/**
 * With it, in one statement, what the next leader must know: `stopped` areas want a reset, and nobody stored that. A row that a
 * held gateway's transaction has locked is passed over, for no renewal waits for it.
 */
async function setEnd(sql: Sql, { epoch, holder }: Grant, ms: number, stopped: readonly string[]): Promise<boolean> {
  if (stopped.length === 0) {
    const { count } = await sql`
      UPDATE leads SET expires_at = clock_timestamp() + ${ms} * interval '1 millisecond'
      WHERE epoch = ${epoch} AND holder = ${holder}`;
    return count > 0;
  }
  const [row] = await sql`
    WITH mine AS (
      UPDATE leads SET expires_at = clock_timestamp() + ${ms} * interval '1 millisecond'
      WHERE epoch = ${epoch} AND holder = ${holder} RETURNING 1
    ), due AS (
      SELECT area_key FROM area_state
      WHERE area_key IN ${sql([...stopped])} AND NOT is_stopped AND EXISTS (SELECT 1 FROM mine)
      FOR UPDATE SKIP LOCKED
    ), noted AS (
      UPDATE area_state SET is_stopped = true WHERE area_key IN (SELECT area_key FROM due)
    )
    SELECT count(*)::int AS count FROM mine`;
  return (row?.count ?? 0) > 0;
}
