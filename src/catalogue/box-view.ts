import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { BoxDetail, BoxView, RecordView } from "../contract/catalogue.ts";
import { Refusal } from "../contract/errors.ts";
import type { Layout } from "../site/layout.ts";
import type { Db } from "../storage/db.ts";
import { boxes, records, tags } from "../storage/schema/catalogue.ts";
import { people } from "../storage/schema/people.ts";

export interface JoinedBox {
  box: typeof boxes.$inferSelect;
  epc: string | null;
  holderName: string | null;
}

/** Boxes as the API shows them, in the order of the given ids; unknown ids are left out. */
export async function boxViews(context: Context, ids: readonly string[]): Promise<BoxView[]> {
  if (ids.length === 0) return [];
  const rows = await joinBoxes(context.db, ids);
  const byId = new Map(rows.map((row) => [row.box.id, boxView(context.layout, row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** One box with its records; refuses with box-unknown. */
export async function boxDetail(context: Context, boxId: string): Promise<BoxDetail> {
  const [view] = await boxViews(context, [boxId]);
  if (!view) throw new Refusal("box-unknown", { box: boxId });
  const rows = await context.db
    .select()
    .from(records)
    .where(eq(records.boxId, boxId))
    .orderBy(records.recordNo)
    .limit(1000);
  return { ...view, records: rows.map(recordView) };
}

async function joinBoxes(db: Db, ids: readonly string[]): Promise<JoinedBox[]> {
  return db
    .select({ box: boxes, epc: tags.epc, holderName: people.name })
    .from(boxes)
    .leftJoin(tags, and(eq(tags.boxId, boxes.id), isNull(tags.unboundAtMs)))
    .leftJoin(people, eq(people.id, boxes.holderId))
    .where(inArray(boxes.id, [...ids]));
}

/** The box of a left join's row, or null if the row has none. */
export function joinedBox(row: Omit<JoinedBox, "box"> & { box: JoinedBox["box"] | null }): JoinedBox | null {
  return row.box ? { box: row.box, epc: row.epc, holderName: row.holderName } : null;
}

export function boxView(layout: Layout, row: JoinedBox): BoxView {
  const { box } = row;
  const slot = box.currentSlotId ? layout.slotById.get(box.currentSlotId) : undefined;
  const layer = slot ? layout.layerById.get(slot.layerId) : undefined;
  return {
    id: box.id,
    barcode: box.barcode,
    epc: row.epc,
    thicknessMm: box.thicknessMm,
    homeSlotId: box.homeSlotId,
    homeLocationCode: box.homeSlotId ? (layout.slotById.get(box.homeSlotId)?.locationCode ?? null) : null,
    place: {
      kind: box.place,
      slotId: box.currentSlotId,
      locationCode: slot?.locationCode ?? null,
      areaKey: layer ? `${layer.roomId}.${layer.areaId}` : null,
      aisle: layer?.aisle ?? null,
      holder: box.holderId ? { id: box.holderId, name: row.holderName ?? box.holderId } : null,
      sinceMs: box.sinceMs,
      evidence: box.evidence as Record<string, unknown>,
    },
    withdrawnAtMs: box.withdrawnAtMs,
    version: box.version,
  };
}

export function recordView(row: typeof records.$inferSelect): RecordView {
  const { searchText: _, updatedAtMs: __, ...view } = row;
  return view;
}
