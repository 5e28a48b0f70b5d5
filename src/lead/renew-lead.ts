/** The statements that renew and release a grant, in the database's own time. */
import type { Sql } from "postgres";
import { type LeadGrant, leadMs } from "./lead-grant.ts";

type Grant = Pick<LeadGrant, "epoch" | "holder" | "rooms">;

/**
 * Renews even an expired lead if nobody took any of its rooms. Losing one room loses all; the rest must not keep the next leader
 * out. Rows are locked before they are counted, so that a taking in between counts. `stopped`: areas that need a reset, for the
 * next leader; left out if unknown.
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
 * Stored in the lead's own rows, which no transaction of a held gateway can block. As one text, because motion's connection has
 * not asked the server for its array types.
 */
const saying = (sql: Sql, stopped: readonly string[] | undefined) =>
  stopped === undefined ? sql`` : sql`, stopped = ${JSON.stringify(stopped)}::text::jsonb`;

/** Whether all its rooms still name this grant; renews nothing. */
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

/** A standby may take it at once. Does nothing if the lead is another's by now. */
export async function releaseLead(sql: Sql, { epoch, holder }: Grant, stopped?: readonly string[]): Promise<void> {
  await sql`
    UPDATE leads SET expires_at = clock_timestamp() ${saying(sql, stopped)}
    WHERE epoch = ${epoch} AND holder = ${holder}`;
}
