/**
 * The moment of a press by what its console says. It only makes a request older: one that claims to come from the future is as
 * old as its arrival, and one whose moment is none is older than everything.
 */
export function pressedAt(said: string | string[] | undefined, arrivedAtMs: number): number {
  if (said === undefined) return arrivedAtMs;
  if (typeof said !== "string" || !/^\d{1,15}$/.test(said)) return 0;
  return Math.min(arrivedAtMs, Number(said));
}
