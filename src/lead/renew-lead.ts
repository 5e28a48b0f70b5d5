/** The statements by which a grant is kept and given back, in the database's own time. */
import type { Sql } from "postgres";
import { type LeadGrant, leadMs } from "./lead-grant.ts";

type Grant = Pick<LeadGrant, "epoch" | "holder" | "rooms">;

/**
 * Also one that ran out, as long as nobody else took any of its rooms: who lost one has lost all, and what is left of it must
 * not keep the next one out. The rows are locked before they are counted, so that a taking in between counts.
 */
export async function renewLead(sql: Sql, grant: Grant, stopped: readonly string[] = []): Promise<"renewed" | "lost"> {
  const { epoch, holder, rooms } = grant;
  const { count } = await sql`
    WITH ${stopped.length > 0 ? noteStopped(sql, grant, stopped) : mine(sql, grant)}
    UPDATE leads SET expires_at = clock_timestamp() + ${leadMs} * interval '1 millisecond'
    WHERE epoch = ${epoch} AND holder = ${holder} AND (SELECT count(*) FROM mine) = ${rooms.length}`;
  return count === rooms.length ? "renewed" : "lost";
}

const mine = (sql: Sql, { epoch, holder }: Grant) => sql`
  mine AS (
    SELECT room_id FROM leads WHERE epoch = ${epoch} AND holder = ${holder} ORDER BY room_id FOR NO KEY UPDATE
  )`;

/**
 * STOPs that a gateway could not store, in one statement with what they hang on: under another's lead nothing is written. A row
 * that a held gateway's transaction has locked is passed over, for no renewal waits for it. As one text: motion's connection has
 * not asked the server for its array types.
 */
const noteStopped = (sql: Sql, grant: Grant, stopped: readonly string[]) => sql`
  ${mine(sql, grant)},
  due AS (
    SELECT area_key FROM area_state
    WHERE area_key IN (SELECT jsonb_array_elements_text(${JSON.stringify(stopped)}::text::jsonb)) AND NOT is_stopped
      AND (SELECT count(*) FROM mine) = ${grant.rooms.length}
    FOR UPDATE SKIP LOCKED
  ),
  noted AS (
    UPDATE area_state SET is_stopped = true WHERE area_key IN (SELECT area_key FROM due)
  )`;

/** Without renewing it: whether all of its rooms are still named by this grant. */
export async function checkLead(sql: Sql, grant: Grant, stopped: readonly string[] = []): Promise<"ours" | "lost"> {
  const { rooms, epoch, holder } = grant;
  if (stopped.length > 0) {
    const [row] = await sql<{ n: number }[]>`
      WITH ${noteStopped(sql, grant, stopped)} SELECT count(*)::int AS n FROM mine`;
    return row?.n === rooms.length ? "ours" : "lost";
  }
  const [row] = await sql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM leads WHERE epoch = ${epoch} AND holder = ${holder}`;
  return row?.n === rooms.length ? "ours" : "lost";
}

/** Whoever waits for it may take it at once. Nothing happens where it is another's by now. */
export async function releaseLead(sql: Sql, grant: Grant, stopped: readonly string[] = []): Promise<void> {
  const { epoch, holder } = grant;
  // Before a first migration there may be no areas yet.
  if (stopped.length === 0) {
    await sql`UPDATE leads SET expires_at = clock_timestamp() WHERE epoch = ${epoch} AND holder = ${holder}`;
    return;
  }
  // Counted before they change: a row that this very statement has changed is locked, and counted, no more.
  await sql`
    WITH ${noteStopped(sql, grant, stopped)}
    UPDATE leads SET expires_at = clock_timestamp()
    WHERE epoch = ${epoch} AND holder = ${holder} AND (SELECT count(*) FROM mine) > 0`;
}
