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
import type { Context } from "../context.ts";
import { boxes } from "../storage/schema/catalogue.ts";
import { endingOf } from "./end-hunt.ts";
import { findClues } from "./find-clues.ts";
import { type Hunt, huntMsMax, newHunt, placesByReader, viewOf } from "./hunt.ts";
import { listenFor } from "./listen-for.ts";
import { noteStart } from "./note-hunt.ts";

const lookEveryMs = 1_000;
const tellEveryMs = 250;

export interface HuntDeps {
  context: Context;
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

export function hunts(deps: HuntDeps): Hunts {
  const { context, readers } = deps;
  const { clock } = context;
  const byRoom = new Map<string, Hunt>();
  const loops = new Set<Promise<void>>();
  const nowMs = () => Math.round(clock.nowMs());
  const ending = endingOf(deps, keep);

  async function start(actor: Actor, boxId: string): Promise<HuntView> {
    const box = await findClues(context, boxId);
    // From here on nothing waits: two requests at once cannot both begin.
    const before = byRoom.get(box.roomId);
    if (before?.endedWhy === null) {
      if (before.box.boxId === boxId) return viewOf(before);
      throw new Refusal("hunt-open", { barcode: before.box.barcode });
    }
    const hunt = newHunt(context, actor, box, nowMs());
    hunt.cancelEnd = clock.after(huntMsMax, () => ending.byItself(hunt, "time"));
    byRoom.set(box.roomId, hunt);
    try {
      await noteStart(context, actor, viewOf(hunt));
    } catch (error) {
      // Not begun: no row says that it was.
      hunt.endedWhy = "closed";
      hunt.isEndNoted = true;
      hunt.cancelEnd();
      byRoom.delete(box.roomId);
      throw error;
    }
    if (hunt.endedWhy !== null) return viewOf(hunt);
    for (const [readerId, places] of placesByReader(hunt))
      keep(hunt, (isOver) => listenFor(hunt, { clock, tell }, readers.get(readerId), places, isOver));
    keep(hunt, (isOver) => watchBox(deps, hunt, isOver, () => ending.byItself(hunt, "found")));
    return viewOf(hunt);
  }

  function keep(hunt: Hunt, work: (isOver: () => boolean) => Promise<void>): void {
    const loop = work(() => hunt.endedWhy !== null)
      .catch(deps.onFailure)
      .finally(() => loops.delete(loop));
    loops.add(loop);
  }

  function tell(hunt: Hunt): void {
    const monoMs = context.clock.monoMs();
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
      ending.now(hunt, "told");
      await ending.note(hunt, actor);
      return viewOf(hunt);
    },
    async close() {
      ending.close();
      for (const hunt of byRoom.values()) {
        ending.now(hunt, "closed");
        await ending.note(hunt, "gateway").catch(deps.onFailure);
      }
      await Promise.all(loops);
    },
  };
}

/** Found is what a person records, by whatever verb; radio alone never ends a hunt. */
async function watchBox(
  { context, onFailure }: HuntDeps,
  { box }: Hunt,
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
