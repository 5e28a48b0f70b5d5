import { eq, lte, or } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import type { PlanRelocationBody } from "../contract/relocation.ts";
import { change, type Recorder } from "../journal/change.ts";
import type { Tx } from "../storage/db.ts";
import { boxes, reservations } from "../storage/schema/catalogue.ts";
import { relocationMoves, relocations } from "../storage/schema/relocation.ts";
import type { PlannedMove } from "./plan-moves.ts";
import { draftRelocation } from "./preview-relocation.ts";

/** How long a plan keeps its target slots without any work on it. */
export const reservationMs = 7 * 24 * 3_600_000;

/** Writes the plan and reserves its targets; refuses when nothing can move. */
export async function planRelocation(context: Context, actor: Actor, request: PlanRelocationBody): Promise<string> {
  return change(context, async (tx, recorder) => {
    const draft = await draftRelocation(context, tx, request);
    if (draft.planned.length === 0) throw new Refusal("relocation-empty", { detail: draft.collisions[0]?.zh ?? "0" });
    const { fillBefore, fillAfter, aisleOpenings } = draft;
    return writePlan(context, tx, recorder, actor, {
      roomId: request.roomId,
      name: request.name,
      reason: request.reason,
      undoOf: null,
      moves: draft.planned,
      preview: { fillBefore, fillAfter, aisleOpenings },
    });
  });
}

export interface PlanToWrite {
  roomId: string;
  name: string;
  reason: string;
  undoOf: string | null;
  moves: readonly PlannedMove[];
  preview: { fillBefore: number; fillAfter: number; aisleOpenings: number };
}

/** Writes one row for each move, one reservation for each target, and one journal row. */
export async function writePlan(
  context: Context,
  tx: Tx,
  recorder: Recorder,
  actor: Actor,
  plan: PlanToWrite,
): Promise<string> {
  const id = context.newId();
  const { roomId, name, reason, undoOf, preview } = plan;
  await tx.insert(relocations).values({
    id,
    roomId,
    name,
    reason,
    undoOf,
    preview,
    state: "planned",
    actor,
    createdAtMs: recorder.atMs,
    endedAtMs: null,
  });
  const moves = plan.moves.map((move) => ({
    ...move,
    relocationId: id,
    state: "planned" as const,
    pickedAtMs: null,
    placedAtMs: null,
    evidence: {},
    skipReason: null,
  }));
  for (let from = 0; from < moves.length; from += 500)
    await tx.insert(relocationMoves).values(moves.slice(from, from + 500));
  await reserveTargets(context, tx, id, plan.moves, recorder.atMs);
  recorder.note({
    chain: roomChain(roomId),
    actor,
    kind: "relocation.planned",
    subject: `relocation:${id}`,
    reason,
    body: {
      relocationId: id,
      name,
      undoOf,
      moves: plan.moves.map(({ no, boxId, fromSlotId, toSlotId }) => ({ no, boxId, fromSlotId, toSlotId })),
    },
  });
  return id;
}

/**
 * Reserves each target for its box, replacing expired reservations; refuses with slot-reserved where another box has a valid one.
 */
export async function reserveTargets(
  context: Context,
  tx: Tx,
  relocationId: string,
  moves: readonly PlannedMove[],
  atMs: number,
): Promise<void> {
  for (const { toSlotId: slotId, boxId } of moves) {
    const promise = { slotId, boxId, purpose: "relocation", relocationId, expiresAtMs: atMs + reservationMs };
    // Two simultaneous plans may have seen the same slot free, so the row itself decides.
    const isOurs = or(lte(reservations.expiresAtMs, atMs), eq(reservations.boxId, boxId));
    const [kept] = await tx
      .insert(reservations)
      .values(promise)
      .onConflictDoUpdate({ target: reservations.slotId, set: promise, ...(isOurs ? { setWhere: isOurs } : {}) })
      .returning({ slotId: reservations.slotId });
    if (kept) continue;
    const [other] = await tx
      .select({ barcode: boxes.barcode })
      .from(reservations)
      .innerJoin(boxes, eq(boxes.id, reservations.boxId))
      .where(eq(reservations.slotId, slotId));
    const locationCode = context.layout.slotById.get(slotId)?.locationCode ?? slotId;
    throw new Refusal("slot-reserved", { locationCode, barcode: other?.barcode ?? "" });
  }
}
