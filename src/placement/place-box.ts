import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { type BoxRow, lockBox, recordPlace } from "./record-place.ts";
import { slotOfCode } from "./slot-of-code.ts";

export interface PlaceBox {
  boxId: string;
  locationCode: string;
  /** The code that the hand scanner read at the shelf, if it was used. */
  scannedLocationCode?: string;
  reason: string;
}

/** 上架: a person says where a box stands now; if the slot was scanned, the scan is the evidence. */
export async function placeBox(context: Context, actor: Actor, request: PlaceBox): Promise<BoxRow> {
  const slot = slotOfCode(context.layout, request.locationCode);
  const scanned =
    request.scannedLocationCode === undefined ? null : slotOfCode(context.layout, request.scannedLocationCode);
  if (scanned && scanned.id !== slot.id) {
    throw new Refusal("slot-scan-differs", { scanned: scanned.locationCode, locationCode: slot.locationCode });
  }
  return change(context, async (tx, recorder) => {
    const box = await lockBox(tx, request.boxId);
    if (box.place === "person") throw new Refusal("box-on-loan", { barcode: box.barcode, holder: box.holderId ?? "" });
    return recordPlace(context, tx, recorder, {
      boxId: box.id,
      to: { place: "slot", slotId: slot.id },
      evidence: { by: scanned ? "slot-scan" : "person" },
      kind: "box.placed",
      actor,
      reason: request.reason,
      // The first slot that a box gets becomes its home.
      homeSlotId: box.homeSlotId ?? slot.id,
    });
  });
}
