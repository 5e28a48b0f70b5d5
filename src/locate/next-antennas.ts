/** Which antennas of one reader are asked next: those that read the tag every turn, the others in turn by likelihood. Pure. */
import { type HeardPlace, isHeard, ranked } from "./heard-places.ts";

const heardMax = 4;
const othersMax = 2;
/** An unhealthy antenna is not asked for this long, because asking it costs the reader's time. */
export const faultPauseMs = 10_000;

/** `places`: places of this reader, likely ones first. `turn` counts from 0. */
export function nextAntennas(places: readonly HeardPlace[], turn: number, nowMs: number): number[] {
  // A time in the future means that the clock was set back meanwhile, so the real age is unknown.
  const isLongAgo = (readAtMs: number) => nowMs - readAtMs >= faultPauseMs || readAtMs > nowMs;
  const due = places.filter(({ fault, readAtMs }) => fault === null || isLongAgo(readAtMs ?? 0));
  const heard = ranked(due.filter(isHeard)).slice(0, heardMax);
  const others = due.filter((place) => !heard.includes(place));
  // Least recently asked first; among those never asked the likely ones. Every other turn asks the likeliest place again.
  const oldest = [...others].sort((a, b) => (a.readAtMs ?? 0) - (b.readAtMs ?? 0)).slice(0, othersMax);
  const [likeliest] = others;
  const next = likeliest && turn % 2 === 1 && !oldest.includes(likeliest) ? [likeliest, ...oldest] : oldest;
  return [...heard, ...next].flatMap(({ layer }) => layer.antenna?.port ?? []);
}
