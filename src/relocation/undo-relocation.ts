import { and, desc, eq, gt, isNull, ne } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { boxes, reservations } from "../storage/schema/catalogue.ts";
import { relocationMoves, relocations } from "../storage/schema/relocation.ts";
import { writePlan } from "./plan-relocation.ts";
import { boxesInPlans } from "./select-boxes.ts";

const standing = alias(boxes, "standing");

/**
 * The reverse plan: every box that still stands where this relocation put it goes back, last put first. A box whose old slot
 * holds another box, or is reserved for one, stays.
 */
export async function undoRelocation(context: Context, actor: Actor, id: string, reason: string): Promise<string> {
  return change(context, async (tx, recorder) => {
    const [row] = await tx.select().from(relocations).where(eq(relocations.id, id));
    if (!row) throw new Refusal("not-found", { what: id });
    if (row.state !== "done" && row.state !== "cancelled") throw new Refusal("relocation-not-possible");
    const placed = await tx
      .select({ move: relocationMoves })
      .from(relocationMoves)
      .innerJoin(boxes, and(eq(boxes.id, relocationMoves.boxId), eq(boxes.currentSlotId, relocationMoves.toSlotId)))
      .leftJoin(standing, eq(standing.currentSlotId, relocationMoves.fromSlotId))
      .leftJoin(
        reservations,
        and(
          eq(reservations.slotId, relocationMoves.fromSlotId),
          ne(reservations.boxId, relocationMoves.boxId),
          gt(reservations.expiresAtMs, recorder.atMs),
        ),
      )
      .where(
        and(
          eq(relocationMoves.relocationId, id),
          eq(relocationMoves.state, "placed"),
          isNull(standing.id),
          isNull(reservations.slotId),
        ),
      )
      .orderBy(desc(relocationMoves.no));
    if (placed.length === 0) throw new Refusal("relocation-empty", { detail: "0" });
    const busy = await boxesInPlans(tx);
    if (placed.some(({ move }) => busy.has(move.boxId))) throw new Refusal("relocation-in-plan");
    const moves = placed.map(({ move }, i) => ({
      no: i + 1,
      boxId: move.boxId,
      fromSlotId: move.toSlotId,
      toSlotId: move.fromSlotId,
    }));
    const preview = row.preview as { fillBefore: number; fillAfter: number; aisleOpenings: number };
    return writePlan(context, tx, recorder, actor, {
      roomId: row.roomId,
      name: `↩ ${row.name}`,
      reason,
      undoOf: id,
      moves,
      preview: { ...preview, fillBefore: preview.fillAfter, fillAfter: preview.fillBefore },
    });
  });
}
