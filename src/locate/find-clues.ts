import { and, desc, eq, isNull } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Area } from "../site/layout.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";
import { stocktakeLines, stocktakes } from "../storage/schema/stocktake.ts";
import type { LocateClues } from "./order-places.ts";

export interface LocatedBox {
  boxId: string;
  barcode: string;
  epc: string;
  /** Changes when somebody records a place for the box. */
  sinceMs: number;
  roomId: string;
  /** The areas of that room. */
  areas: Area[];
  clues: LocateClues;
}

/** The known facts about a box to locate; refuses with box-unknown, box-withdrawn, locate-no-tag, locate-no-room. */
export async function findClues({ db, layout }: Context, boxId: string): Promise<LocatedBox> {
  const [row] = await db
    .select({ box: boxes, epc: tags.epc })
    .from(boxes)
    .leftJoin(tags, and(eq(tags.boxId, boxes.id), isNull(tags.unboundAtMs)))
    .where(eq(boxes.id, boxId));
  if (!row) throw new Refusal("box-unknown", { box: boxId });
  const { box, epc } = row;
  const { barcode } = box;
  if (box.withdrawnAtMs !== null) throw new Refusal("box-withdrawn", { barcode });
  if (epc === null) throw new Refusal("locate-no-tag", { barcode });
  const [line] = await db
    .select({ line: stocktakeLines, endedAtMs: stocktakes.endedAtMs })
    .from(stocktakeLines)
    .innerJoin(stocktakes, eq(stocktakes.id, stocktakeLines.stocktakeId))
    .where(and(eq(stocktakeLines.boxId, boxId), eq(stocktakes.state, "done")))
    .orderBy(desc(stocktakes.endedAtMs))
    .limit(1);
  // A stocktake from before its last move is about another place.
  const isFresh = line !== undefined && (line.endedAtMs ?? 0) >= box.sinceMs;
  const clues: LocateClues = {
    named: isFresh ? namedBy(line.line) : [],
    homeLayerIds: [box.currentSlotId, box.homeSlotId].flatMap(
      (slotId) => layout.slotById.get(slotId ?? "")?.layerId ?? [],
    ),
  };
  const known = [...clues.named.map(({ layerId }) => layerId), ...clues.homeLayerIds];
  const rooms = known.flatMap((layerId) => layout.layerById.get(layerId)?.roomId ?? []);
  const [only, another] = layout.site.rooms;
  const roomId = rooms[0] ?? (another ? undefined : only?.id);
  if (roomId === undefined) throw new Refusal("locate-no-room", { barcode });
  const areas = layout.areas.filter((area) => area.roomId === roomId);
  return { boxId, barcode, epc: epc.toUpperCase(), sinceMs: box.sinceMs, roomId, areas, clues };
}

function namedBy(line: typeof stocktakeLines.$inferSelect): LocateClues["named"] {
  const alternatives = line.alternatives as { layerId: string | null; probability: number }[];
  const named = alternatives.flatMap(({ layerId, probability }) =>
    layerId === null ? [] : [{ layerId, probability }],
  );
  const isNamed = named.some(({ layerId }) => layerId === line.seenLayerId);
  return line.seenLayerId === null || isNamed ? named : [{ layerId: line.seenLayerId, probability: null }, ...named];
}
