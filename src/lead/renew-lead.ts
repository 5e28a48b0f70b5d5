/** The statements by which a grant is kept and given back, in the database's own time. */
import type { Sql } from "postgres";
import { type LeadGrant, leadMs } from "./lead-grant.ts";

type Grant = Pick<LeadGrant, "epoch" | "holder" | "rooms">;

/**
 * Also one that ran out, as long as nobody else took any of its rooms: who lost one has lost all, and what is left of it must
 * not keep the next one out. The rows are locked before they are counted, so that a taking in between counts. `stopped`: areas
 * that want a reset, for whoever leads next; left out by who does not know.
 */
export async function renewLead(sql: Sql, grant: Grant, stopped?: readonly string[]): Promise<"renewed" | "lost"> {
  const { epoch, holder, rooms } = grant;
  const { count } = await sql`
    WITH ${mine(sql, grant)}
    UPDATE leads SET expires_at = clock_timestamp() + ${leadMs} * interval '1 millisecond' ${saying(sql, stopped)}
    WHERE epoch = ${epoch} AND holder = ${holder} AND (SELECT count(*) FROM mine) = ${rooms.length}`;
  return count === rooms.length ? "renewed" : "lost";
}

const mine = (sql: Sql, { epoch, holder }: Grant) => sql`
  mine AS (
    SELECT room_id FROM leads WHERE epoch = ${epoch} AND holder = ${holder} ORDER BY room_id FOR NO KEY UPDATE
  )`;

/**
 * In the rows of the lead itself, which no transaction of a held gateway keeps from being written. As one text: motion's
 * connection has not asked the server for its array types.
 */
const saying = (sql: Sql, stopped: readonly string[] | undefined) =>
  stopped === undefined ? sql`` : sql`, stopped = ${JSON.stringify(stopped)}::text::jsonb`;

/** Without renewing it: whether all of its rooms are still named by this grant. */
export async function checkLead(sql: Sql, grant: Grant, stopped?: readonly string[]): Promise<"ours" | "lost"> {
  const { rooms, epoch, holder } = grant;
  if (stopped === undefined) {
    const [row] = await sql<{ n: number }[]>`
      SELECT count(*)::int AS n FROM leads WHERE epoch = ${epoch} AND holder = ${holder}`;
    return row?.n === rooms.length ? "ours" : "lost";
  }
  const [row] = await sql<{ n: number }[]>`
    WITH ${mine(sql, grant)},
    said AS (
      UPDATE leads SET stopped = ${JSON.stringify(stopped)}::text::jsonb
      WHERE epoch = ${epoch} AND holder = ${holder} AND (SELECT count(*) FROM mine) = ${rooms.length}
    )
    SELECT count(*)::int AS n FROM mine`;
  return row?.n === rooms.length ? "ours" : "lost";
}

/** Whoever waits for it may take it at once. Nothing happens where it is another's by now. */
export async function releaseLead(sql: Sql, { epoch, holder }: Grant, stopped?: readonly string[]): Promise<void> {
  await sql`
    UPDATE leads SET expires_at = clock_timestamp() ${saying(sql, stopped)}
    WHERE epoch = ${epoch} AND holder = ${holder}`;
}
