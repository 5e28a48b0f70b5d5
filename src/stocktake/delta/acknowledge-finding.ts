import { and, eq, isNull } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { Refusal } from "../../contract/errors.ts";
import { type Actor, roomChain } from "../../contract/journal.ts";
import { change } from "../../journal/change.ts";
import { aisleFindings } from "../../storage/schema/deltas.ts";

/** A person has seen the finding. It moves no box, and the same difference is not reported again. Refuses with not-found. */
export async function acknowledgeFinding(
  context: Context,
  actor: Actor,
  { areaKey, id, reason }: { areaKey: string; id: string; reason: string | null },
): Promise<void> {
  await change(context, async (tx, recorder) => {
    const [row] = await tx
      .update(aisleFindings)
      .set({ acknowledgedAtMs: recorder.atMs, acknowledgedBy: actor })
      .where(and(eq(aisleFindings.id, id), eq(aisleFindings.areaKey, areaKey), isNull(aisleFindings.acknowledgedAtMs)))
      .returning();
    if (!row) throw new Refusal("not-found", { what: id });
    const { aisle, boxId, barcode, epc, stocktakeId } = row;
    recorder.note({
      chain: roomChain(areaKey.slice(0, areaKey.indexOf("."))),
      actor,
      kind: "finding.acknowledged",
      subject: boxId ? `box:${boxId}` : `area:${areaKey}`,
      reason,
      body: { findingId: id, areaKey, aisle, class: row.class, boxId, barcode, epc, stocktakeId },
    });
  });
}
