/**
 * The time of a press as its console states it. It can only make a request older: a time in the future counts as the arrival, and
 * an invalid one as older than everything.
 */
export function pressedAt(said: string | string[] | undefined, arrivedAtMs: number): number {
  if (said === undefined) return arrivedAtMs;
  if (typeof said !== "string" || !/^\d{1,15}$/.test(said)) return 0;
  return Math.min(arrivedAtMs, Number(said));
}
