/** Which antennas of one reader listen next, pure: where it is heard every turn, the others by and by in the order of likelihood. */
import { type HeardPlace, isHeard, ranked } from "./heard-places.ts";

const heardMax = 4;
const othersMax = 2;
/** An antenna that was not well is left alone for so long: asking it costs the reader's time. */
export const faultPauseMs = 10_000;

/** `places`: of this reader, likely ones first. `turn` counts from 0. */
export function nextAntennas(places: readonly HeardPlace[], turn: number, nowMs: number): number[] {
  // Asked in the future: the clock was set back meanwhile, and nobody knows how long ago that was.
  const isLongAgo = (readAtMs: number) => nowMs - readAtMs >= faultPauseMs || readAtMs > nowMs;
  const due = places.filter(({ fault, readAtMs }) => fault === null || isLongAgo(readAtMs ?? 0));
  const heard = ranked(due.filter(isHeard)).slice(0, heardMax);
  const others = due.filter((place) => !heard.includes(place));
  // The least lately asked first; of those never asked the likely ones. Every other turn the likeliest is heard again.
  const oldest = [...others].sort((a, b) => (a.readAtMs ?? 0) - (b.readAtMs ?? 0)).slice(0, othersMax);
  const [likeliest] = others;
  const next = likeliest && turn % 2 === 1 && !oldest.includes(likeliest) ? [likeliest, ...oldest] : oldest;
  return [...heard, ...next].flatMap(({ layer }) => layer.antenna?.port ?? []);
}
