/** How a server session states the lead under which it writes; the triggers of `guiwei_guard_lead` read it. */
import type { Sql } from "postgres";
import { DatabaseError } from "./database-error.ts";

/** Name of a leader's sessions, followed by its epoch: the next leader ends open transactions of a held one by that name. */
export const leaderSession = "guiwei lead";

/** Name of a standby's sessions. */
export const standbySession = "guiwei standby";

/** SQLSTATEs of `guiwei_guard_lead`: a write under a lead that has ended, a write by a standby. */
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
 * Checks that the session's settings arrived. The guard treats a session without a lead as a command's, so a pooler that drops
 * the startup settings would disable every fence (PgBouncer does with `ignore_startup_parameters`: pgbouncer/pgbouncer issue
 * 1074).
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
