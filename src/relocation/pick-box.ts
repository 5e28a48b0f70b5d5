import { and, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { lockBox, type PlaceEvidence, recordPlace } from "../placement/record-place.ts";
import { relocationMoves } from "../storage/schema/relocation.ts";
import { lockMove } from "./find-move.ts";

/** 下架: the box leaves its slot for the cart. A repeated request is the same pick. */
export async function pickBox(
  context: Context,
  actor: Actor,
  request: { relocationId: string; no: number; evidence: PlaceEvidence },
): Promise<void> {
  await change(context, async (tx, recorder) => {
    const { relocation, move, barcode } = await lockMove(tx, request.relocationId, request.no);
    if (move.state === "picked") return;
    if (relocation.state !== "running" || move.state !== "planned") throw new Refusal("relocation-not-possible");
    const box = await lockBox(tx, move.boxId);
    if (box.currentSlotId !== move.fromSlotId) {
      const locationCode = context.layout.slotById.get(move.fromSlotId)?.locationCode ?? move.fromSlotId;
      throw new Refusal("relocation-box-elsewhere", { barcode, locationCode });
    }
    await recordPlace(context, tx, recorder, {
      boxId: move.boxId,
      to: { place: "transit" },
      evidence: request.evidence,
      kind: "relocation.picked",
      actor,
      reason: relocation.reason,
      also: { relocationId: relocation.id, no: move.no },
    });
    await tx
      .update(relocationMoves)
      .set({ state: "picked", pickedAtMs: recorder.atMs, evidence: { pick: request.evidence } })
      .where(and(eq(relocationMoves.relocationId, relocation.id), eq(relocationMoves.no, move.no)));
  });
}
