import { and, eq, isNull } from "drizzle-orm";
import { Refusal } from "../contract/errors.ts";
import type { Db, Tx } from "../storage/db.ts";
import { boxes, tags } from "../storage/schema/catalogue.ts";
import { relocationMoves, relocations } from "../storage/schema/relocation.ts";

export interface FoundMove {
  relocation: typeof relocations.$inferSelect;
  move: typeof relocationMoves.$inferSelect;
  barcode: string;
  epc: string | null;
}

/** A move with its relocation and box; refuses with not-found. */
export async function findMove(db: Db | Tx, relocationId: string, no: number): Promise<FoundMove> {
  const [found] = await db
    .select({ relocation: relocations, move: relocationMoves, barcode: boxes.barcode, epc: tags.epc })
    .from(relocationMoves)
    .innerJoin(relocations, eq(relocations.id, relocationMoves.relocationId))
    .innerJoin(boxes, eq(boxes.id, relocationMoves.boxId))
    .leftJoin(tags, and(eq(tags.boxId, boxes.id), isNull(tags.unboundAtMs)))
    .where(and(eq(relocationMoves.relocationId, relocationId), eq(relocationMoves.no, no)));
  if (!found) throw new Refusal("not-found", { what: `${relocationId}/${no}` });
  return found;
}

/** The same with its move's row locked, so that two people cannot pick it at once. */
export async function lockMove(tx: Tx, relocationId: string, no: number): Promise<FoundMove> {
  await tx
    .select({ no: relocationMoves.no })
    .from(relocationMoves)
    .where(and(eq(relocationMoves.relocationId, relocationId), eq(relocationMoves.no, no)))
    .for("update");
  return findMove(tx, relocationId, no);
}
