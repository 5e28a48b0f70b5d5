import { and, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import type { LineDecision } from "../contract/kinds/stocktake-lines.ts";
import { change } from "../journal/change.ts";
import { stocktakeDecisions, stocktakeLines, stocktakes } from "../storage/schema/stocktake.ts";

export interface DecideLine {
  stocktakeId: string;
  no: number;
  decision: LineDecision;
  note: string | null;
}

/** Stores a person's decision about a line, beside the result; it moves no box. A later decision replaces an earlier one. */
export async function decideLine(context: Context, actor: Actor, request: DecideLine): Promise<void> {
  const { stocktakeId, no, decision, note } = request;
  await change(context, async (tx, recorder) => {
    const [found] = await tx
      .select({ roomId: stocktakes.roomId, line: stocktakeLines })
      .from(stocktakeLines)
      .innerJoin(stocktakes, and(eq(stocktakes.id, stocktakeLines.stocktakeId), eq(stocktakes.state, "done")))
      .where(and(eq(stocktakeLines.stocktakeId, stocktakeId), eq(stocktakeLines.no, no)));
    if (!found) throw new Refusal("not-found", { what: `${stocktakeId} ${no}` });
    const decided = { decision, note, actor, atMs: recorder.atMs };
    await tx
      .insert(stocktakeDecisions)
      .values({ stocktakeId, no, ...decided })
      .onConflictDoUpdate({ target: [stocktakeDecisions.stocktakeId, stocktakeDecisions.no], set: decided });
    const { class: kind, boxId, barcode, epc } = found.line;
    recorder.note({
      chain: roomChain(found.roomId),
      actor,
      kind: "stocktake.decided",
      subject: `stocktake:${stocktakeId}`,
      reason: note,
      body: { stocktakeId, no, decision, class: kind, boxId, barcode, epc },
    });
  });
}
