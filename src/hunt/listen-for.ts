/** One reader listens for one box: a few antennas and one round a turn, so that counts have their turns between. */
import { type Clock, sleep } from "../clock/clock.ts";
import type { ReaderPort } from "../contract/ports.ts";
import { type HeardPlace, hear } from "./heard-places.ts";
import type { Hunt } from "./hunt.ts";
import { faultPauseMs, nextAntennas } from "./next-antennas.ts";

const turnPauseMs = 100;

interface Listening {
  clock: Clock;
  /** Something new was heard, or nothing will be. */
  tell(hunt: Hunt): void;
}

export async function listenFor(
  hunt: Hunt,
  { clock, tell }: Listening,
  reader: ReaderPort | undefined,
  places: HeardPlace[],
  isOver: () => boolean,
): Promise<void> {
  if (!reader) {
    for (const place of places) place.fault = "reader-unknown";
    return tell(hunt);
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
      hear(place, coverage, hunt.box.epc, Math.round(clock.nowMs()));
      if (coverage.healthy) hunt.roundsRead += coverage.roundsOffered;
      tell(hunt);
    }
    await sleep(clock, turnPauseMs);
  }
}
