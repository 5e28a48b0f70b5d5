/** One reader searches for one box: a few antennas and one round at a time, so that stocktakes get their turns in between. */
import { type Clock, sleep } from "../clock/clock.ts";
import type { ReaderPort } from "../contract/ports.ts";
import { type HeardPlace, hear } from "./heard-places.ts";
import type { Locate } from "./locate.ts";
import { faultPauseMs, nextAntennas } from "./next-antennas.ts";

const turnPauseMs = 100;

interface Listening {
  clock: Clock;
  /** Called when something new was read, or when the search has ended. */
  tell(locate: Locate): void;
}

export async function listenFor(
  locate: Locate,
  { clock, tell }: Listening,
  reader: ReaderPort | undefined,
  places: HeardPlace[],
  isOver: () => boolean,
): Promise<void> {
  if (!reader) {
    for (const place of places) place.fault = "reader-unknown";
    return tell(locate);
  }
  const placeOf = new Map(places.map((place) => [place.layer.antenna?.port, place]));
  for (let turn = 0; !isOver(); turn++) {
    const antennas = nextAntennas(places, turn, Math.round(clock.nowMs()));
    if (antennas.length === 0) {
      await sleep(clock, faultPauseMs / 10);
      continue;
    }
    for await (const coverage of reader.inventory({ antennas, roundsEach: 1 })) {
      const place = placeOf.get(coverage.antenna);
      if (isOver()) return;
      if (!place) continue;
      hear(place, coverage, locate.box.epc, Math.round(clock.nowMs()));
      if (coverage.healthy) locate.roundsRead += coverage.roundsOffered;
      tell(locate);
    }
    await sleep(clock, turnPauseMs);
  }
}
