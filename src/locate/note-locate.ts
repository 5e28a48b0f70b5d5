import { eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import type { LocateView } from "../contract/locate.ts";
import { change } from "../journal/change.ts";
import { boxes } from "../storage/schema/catalogue.ts";

/** Records who searches for which box, and since when; reads meanwhile are hints and have no row. */
export async function noteStart(
  context: Context,
  actor: Actor,
  { id: locateId, boxId, barcode, roomId }: Pick<LocateView, "id" | "boxId" | "barcode" | "roomId">,
): Promise<void> {
  await change(context, async (_tx, recorder) => {
    recorder.note({
      chain: roomChain(roomId),
      actor,
      kind: "locate.started",
      subject: `box:${boxId}`,
      body: { locateId, boxId, barcode },
    });
  });
}

/** Records why it ended, where the box was read loudest at the end, and its recorded place by then. */
export async function noteEnd(context: Context, actor: Actor, view: LocateView): Promise<void> {
  const {
    id: locateId,
    boxId,
    barcode,
    roomId,
    endedWhy: why,
    roundsRead,
    placesTotal,
    placesUnhealthy,
    places,
  } = view;
  const [best] = places;
  const heard = best && best.signalDbm !== null ? { code: best.code, signalDbm: Math.round(best.signalDbm) } : null;
  await change(context, async (tx, recorder) => {
    const [box] = await tx.select().from(boxes).where(eq(boxes.id, boxId));
    const locationCode = context.layout.slotById.get(box?.currentSlotId ?? "")?.locationCode ?? null;
    recorder.note({
      chain: roomChain(roomId),
      actor,
      kind: "locate.ended",
      subject: `box:${boxId}`,
      body: {
        ...{ locateId, boxId, barcode, why, startedBy: view.actor, roundsRead, placesTotal, placesUnhealthy },
        ...{ heard, onRecord: box?.place ?? null, locationCode },
      },
    });
  });
}
