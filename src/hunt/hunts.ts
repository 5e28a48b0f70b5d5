/**
 * Running hunts, one a room: every reader listens by itself, so that a dead one holds up no other, a few antennas and one round a
 * turn, so that counts have their turns between. What is heard is kept in memory: a hint is not worth a row, and a restart ends it.
 * The journal says who listened for which box and how that ended; a gateway that was killed leaves a start without an end.
 */
import { eq } from "drizzle-orm";
import { sleep } from "../clock/clock.ts";
import { Refusal } from "../contract/errors.ts";
import type { HuntView } from "../contract/hunt.ts";
import type { Actor } from "../contract/journal.ts";
import type { ReaderPort } from "../contract/ports.ts";
import type { House } from "../house.ts";
import { formatLayerCode } from "../site/location-code.ts";
import { boxes } from "../storage/schema/catalogue.ts";
import { findClues, type HuntedBox } from "./find-clues.ts";
import { type HeardPlace, hear, shownPlaces } from "./heard-places.ts";
import { faultPauseMs, nextAntennas } from "./next-antennas.ts";
import { noteEnd, noteStart } from "./note-hunt.ts";
import { orderPlaces } from "./order-places.ts";

export const huntMsMax = 5 * 60_000;
const turnPauseMs = 100;
const lookEveryMs = 1_000;
const tellEveryMs = 250;
/** A database that is away for a moment does not cost the row of a hunt that ended by itself. */
const noteAttemptsMax = 30;
const noteAgainAfterMs = 1_000;

export interface HuntDeps {
  house: House;
  readers: ReadonlyMap<string, ReaderPort>;
  onProgress(view: HuntView): void;
  onFailure(error: unknown): void;
}

export interface Hunts {
  /** Refuses with hunt-open while another box of the room is looked for; the same box: its hunt goes on. */
  start(actor: Actor, boxId: string): Promise<HuntView>;
  /** The newest of the box; refuses with not-found. */
  view(boxId: string): HuntView;
  /** Resolves when the journal has it; one that ended before stays as it ended. */
  end(actor: Actor, boxId: string): Promise<HuntView>;
  close(): Promise<void>;
}

interface Hunt extends Pick<HuntView, "id" | "actor" | "startedAtMs" | "endsAtMs" | "endedAtMs" | "endedWhy"> {
  box: HuntedBox;
  places: HeardPlace[];
  roundsRead: number;
  /** Monotonic. */
  toldAtMs: number;
  /** False until the journal has its end. */
  isEndNoted: boolean;
  cancelEnd(): void;
}

export function hunts(deps: HuntDeps): Hunts {
  const { house, readers } = deps;
  const byRoom = new Map<string, Hunt>();
  const loops = new Set<Promise<void>>();
  let isClosed = false;
  const nowMs = () => Math.round(house.clock.nowMs());

  async function start(actor: Actor, boxId: string): Promise<HuntView> {
    const box = await findClues(house, boxId);
    // From here on nothing waits: two requests at once cannot both begin.
    const before = byRoom.get(box.roomId);
    if (before?.endedWhy === null) {
      if (before.box.boxId === boxId) return viewOf(before);
      throw new Refusal("hunt-open", { barcode: before.box.barcode });
    }
    const startedAtMs = nowMs();
    const hunt: Hunt = {
      ...{ id: house.newId(), actor, box, startedAtMs, endsAtMs: startedAtMs + huntMsMax },
      ...{ endedAtMs: null, endedWhy: null, roundsRead: 0, toldAtMs: Number.NEGATIVE_INFINITY, isEndNoted: false },
      places: orderPlaces(box.areas, box.clues).map((place): HeardPlace => {
        const { layer } = place;
        const code = formatLayerCode(house.layout.site, { ...layer, room: layer.roomId, area: layer.areaId });
        const fault = layer.antenna ? null : (layer.noAntennaWhy ?? "no-antenna");
        return { ...place, code, rounds: 0, roundsAnswered: 0, recent: [], readAtMs: null, heardAtMs: null, fault };
      }),
      cancelEnd: house.clock.after(huntMsMax, () => endByItself(hunt, "time")),
    };
    byRoom.set(box.roomId, hunt);
    try {
      await noteStart(house, actor, viewOf(hunt));
    } catch (error) {
      // Not begun: no row says that it was.
      hunt.endedWhy = "closed";
      hunt.isEndNoted = true;
      hunt.cancelEnd();
      byRoom.delete(box.roomId);
      throw error;
    }
    if (hunt.endedWhy !== null) return viewOf(hunt);
    const byReader = new Map<string, HeardPlace[]>();
    for (const place of hunt.places) {
      const readerId = place.layer.antenna?.readerId;
      if (readerId) byReader.set(readerId, [...(byReader.get(readerId) ?? []), place]);
    }
    for (const [readerId, places] of byReader)
      keep(hunt, (isOver) => listen(hunt, readers.get(readerId), places, isOver));
    keep(hunt, (isOver) => watchBox(hunt, isOver));
    return viewOf(hunt);
  }

  function keep(hunt: Hunt, work: (isOver: () => boolean) => Promise<void>): void {
    const loop = work(() => hunt.endedWhy !== null)
      .catch(deps.onFailure)
      .finally(() => loops.delete(loop));
    loops.add(loop);
  }

  async function listen(
    hunt: Hunt,
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
      const antennas = nextAntennas(places, turn, nowMs());
      if (antennas.length === 0) {
        await sleep(house.clock, faultPauseMs / 10);
        continue;
      }
      for await (const coverage of reader.inventory({ antennas, roundsEach: 1 })) {
        const place = placeOf.get(coverage.antenna);
        if (isOver()) return;
        if (!place) continue;
        hear(place, coverage, hunt.box.epc, nowMs());
        if (coverage.healthy) hunt.roundsRead += coverage.roundsOffered;
        tell(hunt);
      }
      await sleep(house.clock, turnPauseMs);
    }
  }

  /** Found is what a person records, by whatever verb; radio alone never ends a hunt. */
  async function watchBox(hunt: Hunt, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await sleep(house.clock, lookEveryMs);
      try {
        const [now] = await house.db.select({ sinceMs: boxes.sinceMs }).from(boxes).where(eq(boxes.id, hunt.box.boxId));
        if (now?.sinceMs !== hunt.box.sinceMs) endByItself(hunt, "found");
      } catch (error) {
        deps.onFailure(error);
      }
    }
  }

  function endNow(hunt: Hunt, why: NonNullable<HuntView["endedWhy"]>): void {
    if (hunt.endedWhy !== null) return;
    hunt.endedWhy = why;
    hunt.endedAtMs = nowMs();
    hunt.cancelEnd();
    deps.onProgress(viewOf(hunt));
  }

  /** Nobody waits for its row: it is tried until the database takes it. */
  function endByItself(hunt: Hunt, why: "time" | "found"): void {
    if (hunt.endedWhy !== null) return;
    endNow(hunt, why);
    keep(hunt, async () => {
      for (let attempt = 1; !hunt.isEndNoted; attempt++) {
        try {
          return await noteEndOnce(hunt, "gateway");
        } catch (error) {
          deps.onFailure(error);
          if (attempt >= noteAttemptsMax || isClosed) return;
        }
        await sleep(house.clock, noteAgainAfterMs);
      }
    });
  }

  /** Set before anything waits: two requests to end write one row. */
  async function noteEndOnce(hunt: Hunt, actor: Actor): Promise<void> {
    if (hunt.isEndNoted) return;
    hunt.isEndNoted = true;
    try {
      await noteEnd(house, actor, viewOf(hunt));
    } catch (error) {
      hunt.isEndNoted = false;
      throw error;
    }
  }

  function tell(hunt: Hunt): void {
    const monoMs = house.clock.monoMs();
    if (monoMs - hunt.toldAtMs < tellEveryMs || hunt.endedWhy !== null) return;
    hunt.toldAtMs = monoMs;
    deps.onProgress(viewOf(hunt));
  }

  function huntOf(boxId: string): Hunt {
    const hunt = [...byRoom.values()].find(({ box }) => box.boxId === boxId);
    if (!hunt) throw new Refusal("not-found", { what: boxId });
    return hunt;
  }

  return {
    start,
    view: (boxId) => viewOf(huntOf(boxId)),
    async end(actor, boxId) {
      const hunt = huntOf(boxId);
      endNow(hunt, "told");
      await noteEndOnce(hunt, actor);
      return viewOf(hunt);
    },
    async close() {
      isClosed = true;
      for (const hunt of byRoom.values()) {
        endNow(hunt, "closed");
        await noteEndOnce(hunt, "gateway").catch(deps.onFailure);
      }
      await Promise.all(loops);
    },
  };
}

function viewOf({ box, places, id, actor, startedAtMs, endsAtMs, endedAtMs, endedWhy, roundsRead }: Hunt): HuntView {
  return {
    ...{ id, boxId: box.boxId, barcode: box.barcode, roomId: box.roomId },
    state: endedWhy === null ? "running" : "ended",
    ...{ endedWhy, actor, startedAtMs, endsAtMs, endedAtMs, roundsRead },
    placesTotal: places.length,
    placesUnhealthy: places.filter(({ fault }) => fault !== null).length,
    places: shownPlaces(places),
  };
}
