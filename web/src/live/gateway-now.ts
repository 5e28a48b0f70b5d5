/**
 * What the gateway's clock shows, from what its answers said. Each answer was on its way for a while, so that each only says
 * what the clock has at least: the most of the last ones is nearest, and never ahead of it.
 */
const soundingsMax = 32;
const soundings: number[] = [];

/** `said`: the header of an answer that came just now. */
export function hearNow(said: string | null, atMs: number = performance.now()): void {
  if (said === null || !/^\d{1,15}$/.test(said)) return;
  soundings.push(Number(said) - atMs);
  if (soundings.length > soundingsMax) soundings.shift();
}

/** Null before the first answer. */
export function gatewayNowMs(atMs: number = performance.now()): number | null {
  return soundings.length === 0 ? null : Math.max(0, Math.floor(Math.max(...soundings) + atMs));
}
