/**
 * Running locate jobs, at most one for each room. Each reader works alone, so that a dead one delays no other, with a few
 * antennas and one round at a time, so that stocktakes get their turns. Reads stay in memory: a hint needs no row, and a restart
 * ends it. The journal records who searched for which box and how that ended; a gateway that was killed leaves a start without an
 * end.
 */
import { eq } from "drizzle-orm";
import { sleep } from "../clock/clock.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import type { LocateView } from "../contract/locate.ts";
import type { ReaderPort } from "../contract/ports.ts";
import { boxes } from "../storage/schema/catalogue.ts";
import { endingOf } from "./end-locate.ts";
import { findClues } from "./find-clues.ts";
import { listenFor } from "./listen-for.ts";
import { type Locate, locateMsMax, newLocate, placesByReader, viewOf } from "./locate.ts";
import { noteStart } from "./note-locate.ts";

const lookEveryMs = 1_000;
const tellEveryMs = 250;

export interface LocateDeps {
  context: Context;
  readers: ReadonlyMap<string, ReaderPort>;
  onProgress(view: LocateView): void;
  onFailure(error: unknown): void;
}

export interface LocateJobs {
  /** Refuses with locate-open while another box of the room is searched; for the same box the running locate job goes on. */
  start(actor: Actor, boxId: string): Promise<LocateView>;
  /** The box's newest locate job; refuses with not-found. */
  view(boxId: string): LocateView;
  /** Resolves when it is in the journal; a job that ended before stays unchanged. */
  end(actor: Actor, boxId: string): Promise<LocateView>;
  close(): Promise<void>;
}

export function locateJobs(deps: LocateDeps): LocateJobs {
  const { context, readers } = deps;
  const { clock } = context;
  const byRoom = new Map<string, Locate>();
  const loops = new Set<Promise<void>>();
  const nowMs = () => Math.round(clock.nowMs());
  const ending = endingOf(deps, keep);

  async function start(actor: Actor, boxId: string): Promise<LocateView> {
    const box = await findClues(context, boxId);
    // Nothing waits from here on, so two simultaneous requests cannot both begin.
    const before = byRoom.get(box.roomId);
    if (before?.endedWhy === null) {
      if (before.box.boxId === boxId) return viewOf(before);
      throw new Refusal("locate-open", { barcode: before.box.barcode });
    }
    const locate = newLocate(context, actor, box, nowMs());
    locate.cancelEnd = clock.after(locateMsMax, () => ending.byItself(locate, "time"));
    byRoom.set(box.roomId, locate);
    try {
      await noteStart(context, actor, viewOf(locate));
    } catch (error) {
      // It did not begin, so there is no row that says so.
      locate.endedWhy = "closed";
      locate.isEndNoted = true;
      locate.cancelEnd();
      byRoom.delete(box.roomId);
      throw error;
    }
    if (locate.endedWhy !== null) return viewOf(locate);
    for (const [readerId, places] of placesByReader(locate))
      keep(locate, (isOver) => listenFor(locate, { clock, tell }, readers.get(readerId), places, isOver));
    keep(locate, (isOver) => watchBox(deps, locate, isOver, () => ending.byItself(locate, "found")));
    return viewOf(locate);
  }

  function keep(locate: Locate, work: (isOver: () => boolean) => Promise<void>): void {
    const loop = work(() => locate.endedWhy !== null)
      .catch(deps.onFailure)
      .finally(() => loops.delete(loop));
    loops.add(loop);
  }

  function tell(locate: Locate): void {
    const monoMs = context.clock.monoMs();
    if (monoMs - locate.toldAtMs < tellEveryMs || locate.endedWhy !== null) return;
    locate.toldAtMs = monoMs;
    deps.onProgress(viewOf(locate));
  }

  function locateOf(boxId: string): Locate {
    const locate = [...byRoom.values()].find(({ box }) => box.boxId === boxId);
    if (!locate) throw new Refusal("not-found", { what: boxId });
    return locate;
  }

  return {
    start,
    view: (boxId) => viewOf(locateOf(boxId)),
    async end(actor, boxId) {
      const locate = locateOf(boxId);
      ending.now(locate, "told");
      await ending.note(locate, actor);
      return viewOf(locate);
    },
    async close() {
      ending.close();
      for (const locate of byRoom.values()) {
        ending.now(locate, "closed");
        await ending.note(locate, "gateway").catch(deps.onFailure);
      }
      await Promise.all(loops);
    },
  };
}

/** A locate job ends as found only when a person records a place, by any verb; radio alone never ends it. */
async function watchBox(
  { context, onFailure }: LocateDeps,
  { box }: Locate,
  isOver: () => boolean,
  onFound: () => void,
): Promise<void> {
  while (!isOver()) {
    await sleep(context.clock, lookEveryMs);
    try {
      const [now] = await context.db.select({ sinceMs: boxes.sinceMs }).from(boxes).where(eq(boxes.id, box.boxId));
      if (now?.sinceMs !== box.sinceMs) onFound();
    } catch (error) {
      onFailure(error);
    }
  }
}
