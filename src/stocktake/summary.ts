/** The stored summary of a finished stocktake, in the names of the present code. */

/** Stocktakes of earlier versions stored their calibrations' versions under `profiles`. */
export function summaryNow(stored: unknown): Record<string, unknown> {
  const { profiles, ...rest } = (stored ?? {}) as Record<string, unknown>;
  return profiles === undefined ? rest : { calibrations: profiles, ...rest };
}
