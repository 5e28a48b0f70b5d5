import { and, eq, isNull } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { change, type Recorder } from "../journal/change.ts";
import { type BoxRow, chainOfBox, lockBox } from "../placement/record-place.ts";
import type { Tx } from "../storage/db.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";

/** Binds a tag to a box; the box's former tag is unbound and stays in the history. Refuses a tag that another box carries. */
export async function bindTag(
  context: Context,
  actor: Actor,
  request: { boxId: string; epc: string; reason?: string },
): Promise<void> {
  await change(context, async (tx, recorder) => {
    const box = await lockBox(tx, request.boxId);
    await bindTagInside(context, tx, recorder, actor, { box, epc: request.epc, reason: request.reason ?? null });
  });
}

export async function bindTagInside(
  context: Context,
  tx: Tx,
  recorder: Recorder,
  actor: Actor,
  request: { box: BoxRow; epc: string; reason: string | null },
): Promise<void> {
  const epc = request.epc.toUpperCase();
  const { box, reason } = request;
  const note = { chain: chainOfBox(context.layout, box), actor, subject: `box:${box.id}`, reason };
  const [bound] = await tx
    .select({ boxId: tags.boxId, barcode: boxes.barcode })
    .from(tags)
    .innerJoin(boxes, eq(boxes.id, tags.boxId))
    .where(and(eq(tags.epc, epc), isNull(tags.unboundAtMs)));
  if (bound?.boxId === box.id) return;
  if (bound) throw new Refusal("tag-taken", { epc, barcode: bound.barcode });
  const [former] = await tx
    .update(tags)
    .set({ unboundAtMs: recorder.atMs })
    .where(and(eq(tags.boxId, box.id), isNull(tags.unboundAtMs)))
    .returning();
  if (former)
    recorder.note({ ...note, kind: "tag.unbound", body: { boxId: box.id, barcode: box.barcode, epc: former.epc } });
  await tx
    .insert(tags)
    .values({ id: context.newId(), epc, boxId: box.id, boundAtMs: recorder.atMs, unboundAtMs: null });
  recorder.note({ ...note, kind: "tag.bound", body: { boxId: box.id, barcode: box.barcode, epc } });
}
