import { and, eq, inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import { change, type Recorder } from "../journal/change.ts";
import { type PlaceEvidence, recordPlace } from "../placement/record-place.ts";
import type { Tx } from "../storage/db.ts";
import { reservations } from "../storage/schema/catalogue.ts";
import { relocationMoves, relocations } from "../storage/schema/relocation.ts";
import { lockMove } from "./find-move.ts";

/** 上架: the box reaches its target, which becomes its home. A repeated request is the same put. */
export async function putBox(
  context: Context,
  actor: Actor,
  request: { relocationId: string; no: number; evidence: PlaceEvidence },
): Promise<void> {
  await change(context, async (tx, recorder) => {
    const { relocation, move } = await lockMove(tx, request.relocationId, request.no);
    if (move.state === "placed") return;
    if (relocation.state !== "running" || move.state !== "picked") throw new Refusal("relocation-not-possible");
    await recordPlace(context, tx, recorder, {
      boxId: move.boxId,
      to: { place: "slot", slotId: move.toSlotId },
      homeSlotId: move.toSlotId,
      evidence: request.evidence,
      kind: "relocation.placed",
      actor,
      reason: relocation.reason,
      also: { relocationId: relocation.id, no: move.no },
    });
    await tx
      .update(relocationMoves)
      .set({
        state: "placed",
        placedAtMs: recorder.atMs,
        evidence: { ...(move.evidence as object), put: request.evidence },
      })
      .where(and(eq(relocationMoves.relocationId, relocation.id), eq(relocationMoves.no, move.no)));
    await tx
      .delete(reservations)
      .where(and(eq(reservations.slotId, move.toSlotId), eq(reservations.boxId, move.boxId)));
    await endWhenAllMoved(tx, recorder, actor, relocation);
  });
}

/** The last put or skip ends the relocation. */
export async function endWhenAllMoved(
  tx: Tx,
  recorder: Recorder,
  actor: Actor,
  relocation: typeof relocations.$inferSelect,
): Promise<void> {
  const [open] = await tx
    .select({ no: relocationMoves.no })
    .from(relocationMoves)
    .where(and(eq(relocationMoves.relocationId, relocation.id), inArray(relocationMoves.state, ["planned", "picked"])))
    .limit(1);
  if (open) return;
  await tx
    .update(relocations)
    .set({ state: "done", endedAtMs: recorder.atMs })
    .where(eq(relocations.id, relocation.id));
  recorder.note({
    chain: roomChain(relocation.roomId),
    actor,
    kind: "relocation.ended",
    subject: `relocation:${relocation.id}`,
    body: { relocationId: relocation.id, state: "done" },
  });
}
