/**
 * Estimates the gateway's clock from its answers. Each answer took time to arrive, so it gives only a lower bound: the highest of
 * the last ones is nearest, and never ahead of the real clock.
 */
const soundingsMax = 32;
const soundings: number[] = [];

/** `said`: the header of an answer that has just arrived. */
export function hearNow(said: string | null, atMs: number = performance.now()): void {
  if (said === null || !/^\d{1,15}$/.test(said)) return;
  soundings.push(Number(said) - atMs);
  if (soundings.length > soundingsMax) soundings.shift();
}

/** Null before the first answer. */
export function gatewayNowMs(atMs: number = performance.now()): number | null {
  return soundings.length === 0 ? null : Math.max(0, Math.floor(Math.max(...soundings) + atMs));
}
