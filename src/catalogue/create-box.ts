import { eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { CreateBoxBody } from "../contract/catalogue.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { type BoxRow, chainOfBox, placementOf, recordPlace } from "../placement/record-place.ts";
import { slotOfCode } from "../placement/slot-of-code.ts";
import { boxes } from "../storage/schema/catalogue.ts";
import { bindTagInside } from "./bind-tag.ts";

/** Creates one box by hand, with its tag and its place if these are known already. */
export async function createBox(context: Context, actor: Actor, request: CreateBoxBody): Promise<BoxRow> {
  const home = request.homeLocationCode ? slotOfCode(context.layout, request.homeLocationCode) : null;
  const current = request.locationCode ? slotOfCode(context.layout, request.locationCode) : null;
  const barcode = request.barcode.trim();
  return change(context, async (tx, recorder) => {
    const [taken] = await tx.select({ id: boxes.id }).from(boxes).where(eq(boxes.barcode, barcode));
    if (taken) throw new Refusal("box-barcode-taken", { barcode });
    const [created] = await tx
      .insert(boxes)
      .values({
        id: context.newId(),
        barcode,
        thicknessMm: request.thicknessMm,
        homeSlotId: home?.id ?? current?.id ?? null,
        place: "unknown",
        currentSlotId: null,
        currentSlotWidthMm: null,
        holderId: null,
        sinceMs: recorder.atMs,
        evidence: { by: "person" },
        version: 1,
        createdAtMs: recorder.atMs,
        withdrawnAtMs: null,
      })
      .returning();
    const box = created as BoxRow;
    recorder.note({
      chain: chainOfBox(context.layout, box),
      actor,
      kind: "box.created",
      subject: `box:${box.id}`,
      reason: request.reason ?? null,
      body: placementOf(context.layout, box),
    });
    if (request.epc)
      await bindTagInside(context, tx, recorder, actor, { box, epc: request.epc, reason: request.reason ?? null });
    if (!current) return box;
    return recordPlace(context, tx, recorder, {
      boxId: box.id,
      to: { place: "slot", slotId: current.id },
      evidence: { by: "person" },
      kind: "box.placed",
      actor,
      reason: request.reason ?? null,
    });
  });
}
