import { and, eq, isNull, ne } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { boxes } from "../storage/schema/catalogue.ts";
import { type BoxRow, chainOfBox, lockBox, placementOf } from "./record-place.ts";
import { slotOfCode } from "./slot-of-code.ts";

export interface ChangeHome {
  boxId: string;
  locationCode: string;
  reason: string;
}

/** 固定位 (home slot): sets where a box belongs; its present place does not change. Refuses with box-too-thick, home-taken. */
export async function changeHome(context: Context, actor: Actor, request: ChangeHome): Promise<BoxRow> {
  const slot = slotOfCode(context.layout, request.locationCode);
  const { locationCode, widthMm } = slot;
  return change(context, async (tx, { note }) => {
    const before = await lockBox(tx, request.boxId);
    if (before.homeSlotId === slot.id) return before;
    if (before.thicknessMm > widthMm)
      throw new Refusal("box-too-thick", { thicknessMm: before.thicknessMm, locationCode, widthMm });
    const [other] = await tx
      .select({ barcode: boxes.barcode })
      .from(boxes)
      .where(and(eq(boxes.homeSlotId, slot.id), ne(boxes.id, before.id), isNull(boxes.withdrawnAtMs)));
    if (other) throw new Refusal("home-taken", { locationCode, barcode: other.barcode });
    const [after] = await tx
      .update(boxes)
      .set({ homeSlotId: slot.id, version: before.version + 1 })
      .where(and(eq(boxes.id, before.id), eq(boxes.version, before.version)))
      .returning();
    if (!after) throw new Refusal("conflict");
    note({
      chain: chainOfBox(context.layout, after, before),
      actor,
      kind: "box.home-changed",
      subject: `box:${after.id}`,
      reason: request.reason,
      body: { ...placementOf(context.layout, after), toCode: locationCode, from: placementOf(context.layout, before) },
    });
    return after;
  });
}
