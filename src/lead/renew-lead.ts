/** The statements by which a grant is kept and given back, in the database's own time. */
import type { Sql } from "postgres";
import { type LeadGrant, leadMs } from "./lead-grant.ts";

type Grant = Pick<LeadGrant, "epoch" | "holder">;

/** Also one that ran out, as long as nobody else took it. */
export async function renewLead(sql: Sql, { epoch, holder }: Grant): Promise<"renewed" | "lost"> {
  const { count } = await sql`
    UPDATE leads SET expires_at = clock_timestamp() + ${leadMs} * interval '1 millisecond'
    WHERE epoch = ${epoch} AND holder = ${holder}`;
  return count > 0 ? "renewed" : "lost";
}

/** Whoever waits for it may take it at once. Nothing happens where it is another's by now. */
export async function releaseLead(sql: Sql, { epoch, holder }: Grant): Promise<void> {
  await sql`UPDATE leads SET expires_at = clock_timestamp() WHERE epoch = ${epoch} AND holder = ${holder}`;
}
