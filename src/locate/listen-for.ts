/** One reader listens for one box: a few antennas and one round a turn, so that counts have their turns between. */
import { type Clock, sleep } from "../clock/clock.ts";
import type { ReaderPort } from "../contract/ports.ts";
import { type HeardPlace, hear } from "./heard-places.ts";
import type { Locate } from "./locate.ts";
import { faultPauseMs, nextAntennas } from "./next-antennas.ts";

const turnPauseMs = 100;

interface Listening {
  clock: Clock;
  /** Something new was heard, or nothing will be. */
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
