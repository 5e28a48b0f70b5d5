import { and, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { recordPlace } from "../placement/record-place.ts";
import { reservations } from "../storage/schema/catalogue.ts";
import { relocationMoves } from "../storage/schema/relocation.ts";
import { lockMove } from "./find-move.ts";
import { endWhenAllMoved } from "./put-box.ts";

/** Leaves one box out; a box that is already on the cart goes back to the slot that it came from. */
export async function skipMove(
  context: Context,
  actor: Actor,
  request: { relocationId: string; no: number; reason: string },
): Promise<void> {
  await change(context, async (tx, recorder) => {
    const { relocation, move } = await lockMove(tx, request.relocationId, request.no);
    if (move.state === "skipped") return;
    if (!["running", "paused"].includes(relocation.state) || move.state === "placed")
      throw new Refusal("relocation-not-possible");
    if (move.state === "picked") {
      await recordPlace(context, tx, recorder, {
        boxId: move.boxId,
        to: { place: "slot", slotId: move.fromSlotId },
        evidence: { by: "person" },
        kind: "box.placed",
        actor,
        reason: request.reason,
        also: { relocationId: relocation.id, no: move.no },
      });
    }
    await tx
      .update(relocationMoves)
      .set({ state: "skipped", skipReason: request.reason })
      .where(and(eq(relocationMoves.relocationId, relocation.id), eq(relocationMoves.no, move.no)));
    await tx
      .delete(reservations)
      .where(and(eq(reservations.slotId, move.toSlotId), eq(reservations.boxId, move.boxId)));
    recorder.note({
      chain: roomChain(relocation.roomId),
      actor,
      kind: "relocation.skipped",
      subject: `relocation:${relocation.id}`,
      reason: request.reason,
      body: { relocationId: relocation.id, no: move.no, boxId: move.boxId },
    });
    await endWhenAllMoved(tx, recorder, actor, relocation);
  });
}
