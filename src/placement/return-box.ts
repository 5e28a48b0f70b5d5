import { and, eq, isNull } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { loans } from "../storage/schema/catalogue.ts";
import { type BoxRow, lockBox, recordPlace } from "./record-place.ts";
import { slotOfCode } from "./slot-of-code.ts";

export interface ReturnBox {
  boxId: string;
  /** Default: back to its home slot. */
  locationCode?: string;
  reason?: string;
}

/** 归还: a lent box returns to its home slot or the one named; closes its loan. */
export async function returnBox(context: Context, actor: Actor, request: ReturnBox): Promise<BoxRow> {
  const named = request.locationCode === undefined ? null : slotOfCode(context.layout, request.locationCode);
  return change(context, async (tx, recorder) => {
    const box = await lockBox(tx, request.boxId);
    if (box.place !== "person") throw new Refusal("box-not-on-loan", { barcode: box.barcode });
    const slotId = named?.id ?? box.homeSlotId;
    if (!slotId) throw new Refusal("box-has-no-home", { barcode: box.barcode });
    const [loan] = await tx
      .update(loans)
      .set({ returnedAtMs: recorder.atMs })
      .where(and(eq(loans.boxId, box.id), isNull(loans.returnedAtMs)))
      .returning();
    return recordPlace(context, tx, recorder, {
      boxId: box.id,
      to: { place: "slot", slotId },
      evidence: { by: named ? "slot-scan" : "person" },
      kind: "box.returned",
      actor,
      reason: request.reason ?? null,
      also: { loanId: loan?.id ?? null },
    });
  });
}
