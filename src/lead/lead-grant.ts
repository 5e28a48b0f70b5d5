/** The right to move carriages and to write for the rooms of a site, as one gateway has it at a time. */

/** One taking of the lead. */
export interface LeadGrant {
  rooms: readonly string[];
  /** Higher than that of every grant before, in all rooms. */
  epoch: number;
  /** Names this grant and no other. */
  holder: string;
  /** Where it is renewed; with its password: for no log. */
  databaseUrl: string;
}

/**
 * How sure the process that moves carriages may be that nobody else does: `held`: begin and move; `unsure`: begin nothing, what
 * moves may end; `ending`: stop what moves, the lead runs out; `lost`: somebody else has it.
 */
export type LeadStanding = "held" | "unsure" | "ending" | "lost";

/** In the database's time, from each renewal. */
export const leadMs = 6_000;
export const renewEveryMs = 1_000;
/** Ages of the last renewal that was answered, from the moment before it was sent, by our own monotonic clock. */
export const unsureAfterMs = 2_000;
/** Leaves a STOP the time to reach its controller, and carriages the time to stand. */
export const endingAfterMs = 4_500;
/** A gateway that says nothing to motion for so long, while nothing moves, loses the lead to whoever waits for it. */
export const silentGatewayMs = 4_000;
/** How often a standby looks. */
export const lookEveryMs = 500;
