/** One locate job: the box, the reads of each place, and how it ended. */

import type { Context } from "../context.ts";
import type { Actor } from "../contract/journal.ts";
import type { LocateView } from "../contract/locate.ts";
import { formatLayerCode } from "../site/location-code.ts";
import type { LocatedBox } from "./find-clues.ts";
import { type HeardPlace, shownPlaces } from "./heard-places.ts";
import { orderPlaces } from "./order-places.ts";

export const locateMsMax = 5 * 60_000;

export interface Locate
  extends Pick<LocateView, "id" | "actor" | "startedAtMs" | "endsAtMs" | "endedAtMs" | "endedWhy"> {
  box: LocatedBox;
  places: HeardPlace[];
  roundsRead: number;
  /** Monotonic. */
  toldAtMs: number;
  /** False until its end is in the journal. */
  isEndNoted: boolean;
  cancelEnd(): void;
}

/** A new job without reads. */
export function newLocate(context: Context, actor: Actor, box: LocatedBox, startedAtMs: number): Locate {
  return {
    ...{ id: context.newId(), actor, box, startedAtMs, endsAtMs: startedAtMs + locateMsMax },
    ...{ endedAtMs: null, endedWhy: null, roundsRead: 0, toldAtMs: Number.NEGATIVE_INFINITY, isEndNoted: false },
    places: orderPlaces(box.areas, box.clues).map((place): HeardPlace => {
      const { layer } = place;
      const code = formatLayerCode(context.layout.site, { ...layer, room: layer.roomId, area: layer.areaId });
      const fault = layer.antenna ? null : (layer.noAntennaWhy ?? "no-antenna");
      return { ...place, code, rounds: 0, roundsAnswered: 0, recent: [], readAtMs: null, heardAtMs: null, fault };
    }),
    cancelEnd() {},
  };
}

/** Each reader works alone. */
export function placesByReader(locate: Locate): Map<string, HeardPlace[]> {
  const byReader = new Map<string, HeardPlace[]>();
  for (const place of locate.places) {
    const readerId = place.layer.antenna?.readerId;
    if (readerId) byReader.set(readerId, [...(byReader.get(readerId) ?? []), place]);
  }
  return byReader;
}

export function viewOf({
  box,
  places,
  id,
  actor,
  startedAtMs,
  endsAtMs,
  endedAtMs,
  endedWhy,
  roundsRead,
}: Locate): LocateView {
  return {
    ...{ id, boxId: box.boxId, barcode: box.barcode, roomId: box.roomId },
    state: endedWhy === null ? "running" : "ended",
    ...{ endedWhy, actor, startedAtMs, endsAtMs, endedAtMs, roundsRead },
    placesTotal: places.length,
    placesUnhealthy: places.filter(({ fault }) => fault !== null).length,
    places: shownPlaces(places),
  };
}
