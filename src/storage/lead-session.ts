/** What a session of the server says of the lead it writes under; the triggers of `guiwei_guard_lead` read it. */
import type { Sql } from "postgres";
import { DatabaseError } from "./database-error.ts";

/** Sessions of a leader are called so, with its epoch: what a held one left open is ended by that name. */
export const leaderSession = "guiwei lead";

/** And those of a gateway that waits. */
export const standbySession = "guiwei standby";

/** SQLSTATEs of `guiwei_guard_lead`: a write of a lead that is over, a write of a standby. */
export const leadOverState = "GW001";
export const standbyWroteState = "GW002";

/** A leader's grant, or a gateway that waits for one. */
export type LeadSession = { epoch: number; rooms: number } | "standby";

export function leadSettings(lead: LeadSession | undefined): Record<string, string> {
  if (lead === undefined) return {};
  if (lead === "standby") return { application_name: standbySession, "guiwei.lead_epoch": lead };
  return {
    application_name: `${leaderSession} ${lead.epoch}`,
    "guiwei.lead_epoch": String(lead.epoch),
    "guiwei.lead_rooms": String(lead.rooms),
  };
}

/**
 * The guard takes a session that names no lead for a command's, so a pooler that drops what it was told at the start would
 * switch every fence off (PgBouncer does with `ignore_startup_parameters`: pgbouncer/pgbouncer issue 1074). Read back, it is known.
 */
export async function refuseUnguarded(sql: Sql, lead: LeadSession | undefined): Promise<void> {
  for (const [name, value] of Object.entries(leadSettings(lead))) {
    const [row] = await sql<{ value: string | null }[]>`SELECT current_setting(${name}, true) AS value`;
    if (row?.value !== value)
      throw new DatabaseError(
        "database-not-guarded",
        `PostgreSQL was not told ${name} = ${value}, but ${row?.value || "nothing"}: a pooler in between drops it.`,
        undefined,
        { name },
      );
  }
}
