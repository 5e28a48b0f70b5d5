/** The right to move carriages and to write for the rooms of a site. One gateway has it at a time. */

/** One grant of the lead. */
export interface LeadGrant {
  rooms: readonly string[];
  /** Higher than that of every earlier grant, in all rooms. */
  epoch: number;
  /** Identifies this grant and no other. */
  holder: string;
  /** The database that renews it. Contains the password: never log it. */
  databaseUrl: string;
}

/**
 * How sure the process that moves carriages may be that no other does. `held`: begin and move; `unsure`: begin nothing, but let
 * running motion end; `ending`: stop what moves, the lead runs out; `lost`: another gateway has it.
 */
export type LeadStanding = "held" | "unsure" | "ending" | "lost";

/** Duration from each renewal, in the database's time. */
export const leadMs = 6_000;
export const renewEveryMs = 1_000;
/** Ages of the last answered renewal, from just before it was sent, by our own monotonic clock. */
export const unsureAfterMs = 2_000;
/** Leaves time for a STOP to reach its controller and for carriages to come to rest. */
export const endingAfterMs = 4_500;
/** After this silence of the gateway, while nothing moves, a standby may take the lead. */
export const silentGatewayMs = 4_000;
/** How often a standby looks. */
export const lookEveryMs = 500;
