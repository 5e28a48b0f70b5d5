import { and, count, eq, isNull } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { boxes, records, tags } from "../storage/schema/catalogue.ts";
import { chainOfBox, lockBox, recordPlace } from "./record-place.ts";

/**
 * 注销: a box that no longer exists (worn out, destroyed, entered by mistake) leaves the room; its tag can be used again, its
 * history stays. Refuses with box-on-loan, box-in-transit, box-holds-records.
 */
export async function withdrawBox(
  context: Context,
  actor: Actor,
  { boxId, reason }: { boxId: string; reason: string },
): Promise<void> {
  await change(context, async (tx, recorder) => {
    const box = await lockBox(tx, boxId);
    const { barcode } = box;
    if (box.place === "person") throw new Refusal("box-on-loan", { barcode, holder: box.holderId ?? "" });
    if (box.place === "transit") throw new Refusal("box-in-transit", { barcode });
    const [held] = await tx.select({ records: count() }).from(records).where(eq(records.boxId, box.id));
    if (held && held.records > 0) throw new Refusal("box-holds-records", { barcode, count: held.records });
    const [tag] = await tx
      .update(tags)
      .set({ unboundAtMs: recorder.atMs })
      .where(and(eq(tags.boxId, box.id), isNull(tags.unboundAtMs)))
      .returning({ epc: tags.epc });
    if (tag) {
      const body = { boxId: box.id, barcode, epc: tag.epc };
      const chain = chainOfBox(context.layout, box);
      recorder.note({ chain, actor, kind: "tag.unbound", subject: `box:${box.id}`, reason, body });
    }
    await recordPlace(context, tx, recorder, {
      boxId: box.id,
      to: { place: "unknown" },
      evidence: { by: "person" },
      kind: "box.withdrawn",
      actor,
      reason,
      also: { withdrawnAtMs: recorder.atMs },
    });
    await tx.update(boxes).set({ withdrawnAtMs: recorder.atMs }).where(eq(boxes.id, box.id));
  });
}
