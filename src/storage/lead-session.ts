/** What a session of the server says of the lead it writes under; the triggers of `guiwei_guard_lead` read it. */

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
