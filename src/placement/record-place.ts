import { and, eq, gt, ne } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain, siteChain } from "../contract/journal.ts";
import type { JournalKind } from "../contract/kinds/journal-rows.ts";
import type { Recorder } from "../journal/change.ts";
import type { Layout, Slot } from "../site/layout.ts";
import type { Tx } from "../storage/db.ts";
import { boxes, reservations } from "../storage/schema/catalogue.ts";

export type BoxRow = typeof boxes.$inferSelect;

export type NewPlace =
  | { place: "slot"; slotId: string }
  | { place: "person"; holderId: string }
  | { place: "transit" }
  | { place: "unknown" };

/** Evidence of a place. Radio is evidence for the layer only; a scan, or the acknowledged guide light, for the slot. */
export interface PlaceEvidence {
  by: "import" | "slot-scan" | "box-scan" | "light" | "radio" | "person" | "stocktake" | "plan";
  [detail: string]: unknown;
}

export interface PlaceChange {
  boxId: string;
  to: NewPlace;
  evidence: PlaceEvidence;
  kind: JournalKind;
  actor: Actor;
  reason?: string | null;
  /** New home slot (relocation); default: the home stays. */
  homeSlotId?: string;
  /** Further facts of the same change for its journal row, e.g. the loan or the relocation. */
  also?: Record<string, unknown>;
}

/** Locks a box's row for the rest of the transaction. */
export async function lockBox(tx: Tx, boxId: string): Promise<BoxRow> {
  const [box] = await tx.select().from(boxes).where(eq(boxes.id, boxId)).for("update");
  if (!box) throw new Refusal("box-unknown", { box: boxId });
  if (box.withdrawnAtMs !== null) throw new Refusal("box-withdrawn", { barcode: box.barcode });
  return box;
}

/**
 * The only function that changes a box's place: checks the target, writes the row, records the whole placement in the journal.
 * Refuses with slot-unknown, slot-taken, slot-reserved, box-too-thick, box-withdrawn.
 */
export async function recordPlace(context: Context, tx: Tx, recorder: Recorder, change: PlaceChange): Promise<BoxRow> {
  const before = await lockBox(tx, change.boxId);
  const slot = change.to.place === "slot" ? await freeSlot(context, tx, before, change.to.slotId, recorder.atMs) : null;
  const after = {
    place: change.to.place,
    currentSlotId: slot?.id ?? null,
    currentSlotWidthMm: slot?.widthMm ?? null,
    holderId: change.to.place === "person" ? change.to.holderId : null,
    sinceMs: recorder.atMs,
    evidence: change.evidence as Record<string, unknown>,
    version: before.version + 1,
    homeSlotId: change.homeSlotId ?? before.homeSlotId,
  };
  const [written] = await tx
    .update(boxes)
    .set(after)
    .where(and(eq(boxes.id, before.id), eq(boxes.version, before.version)))
    .returning();
  if (!written) throw new Refusal("conflict");
  recorder.note({
    chain: chainOfBox(context.layout, written, before),
    actor: change.actor,
    kind: change.kind,
    subject: `box:${written.id}`,
    reason: change.reason ?? null,
    body: { ...placementOf(context.layout, written), from: placementOf(context.layout, before), ...change.also },
  });
  return written;
}

/** A placement as journal rows contain it: enough to rebuild the box's row. */
export function placementOf(layout: Layout, box: BoxRow): Record<string, unknown> {
  return {
    boxId: box.id,
    barcode: box.barcode,
    thicknessMm: box.thicknessMm,
    homeSlotId: box.homeSlotId,
    place: box.place,
    slotId: box.currentSlotId,
    locationCode: box.currentSlotId ? (layout.slotById.get(box.currentSlotId)?.locationCode ?? null) : null,
    holderId: box.holderId,
    sinceMs: box.sinceMs,
    evidence: box.evidence,
    version: box.version,
  };
}

/**
 * The room whose chain holds the box's rows: where it is, else where it was, else where it belongs; otherwise the site's chain.
 */
export function chainOfBox(layout: Layout, after: BoxRow, before: BoxRow | null = null): string {
  for (const slotId of [after.currentSlotId, before?.currentSlotId, after.homeSlotId]) {
    const slot = slotId ? layout.slotById.get(slotId) : undefined;
    const layer = slot ? layout.layerById.get(slot.layerId) : undefined;
    if (layer) return roomChain(layer.roomId);
  }
  return siteChain;
}

async function freeSlot(context: Context, tx: Tx, box: BoxRow, slotId: string, atMs: number): Promise<Slot> {
  const slot = context.layout.slotById.get(slotId);
  if (!slot) throw new Refusal("slot-unknown", { locationCode: slotId });
  const locationCode = slot.locationCode;
  if (box.thicknessMm > slot.widthMm) {
    throw new Refusal("box-too-thick", { thicknessMm: box.thicknessMm, locationCode, widthMm: slot.widthMm });
  }
  const [other] = await tx
    .select({ barcode: boxes.barcode })
    .from(boxes)
    .where(and(eq(boxes.currentSlotId, slotId), ne(boxes.id, box.id)));
  if (other) throw new Refusal("slot-taken", { locationCode, barcode: other.barcode });
  const [promised] = await tx
    .select({ barcode: boxes.barcode, boxId: reservations.boxId })
    .from(reservations)
    .innerJoin(boxes, eq(boxes.id, reservations.boxId))
    .where(and(eq(reservations.slotId, slotId), ne(reservations.boxId, box.id), gt(reservations.expiresAtMs, atMs)));
  if (promised) throw new Refusal("slot-reserved", { locationCode, barcode: promised.barcode });
  return slot;
}
