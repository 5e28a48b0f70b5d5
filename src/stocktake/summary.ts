/** What is kept of a finished stocktake beside its lines, as today's code names it. */

/** Stocktakes of earlier versions kept their calibrations' versions under `profiles`. */
export function summaryNow(stored: unknown): Record<string, unknown> {
  const { profiles, ...rest } = (stored ?? {}) as Record<string, unknown>;
  return profiles === undefined ? rest : { calibrations: profiles, ...rest };
}
