import { and, eq, inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import type { JournalKind } from "../contract/kinds/journal-rows.ts";
import { change } from "../journal/change.ts";
import { stocktakes } from "../storage/schema/stocktake.ts";

const steps = {
  pause: { from: ["running"], to: "paused", kind: "stocktake.paused" },
  resume: { from: ["paused"], to: "running", kind: "stocktake.resumed" },
  cancel: { from: ["running", "paused"], to: "cancelled", kind: "stocktake.ended" },
} as const satisfies Record<
  string,
  { from: ("running" | "paused")[]; to: "paused" | "running" | "cancelled"; kind: JournalKind }
>;

/** Pauses, resumes or cancels a stocktake if its state allows it; a delta takes seconds and can only be cancelled. */
export async function setStocktakeState(
  context: Context,
  actor: Actor,
  id: string,
  step: keyof typeof steps,
  why?: string,
): Promise<void> {
  const { from, to, kind } = steps[step];
  await change(context, async (tx, recorder) => {
    const [row] = await tx
      .update(stocktakes)
      .set({ state: to, endedAtMs: to === "cancelled" ? recorder.atMs : null })
      .where(
        and(
          eq(stocktakes.id, id),
          inArray(stocktakes.state, [...from]),
          step === "cancel" ? undefined : eq(stocktakes.kind, "full"),
        ),
      )
      .returning();
    if (!row) throw new Refusal("stocktake-not-possible");
    recorder.note({
      chain: roomChain(row.roomId),
      actor,
      kind,
      subject: `stocktake:${id}`,
      body: { stocktakeId: id, state: to, kind: row.kind, ...(why ? { why } : {}) },
    });
  });
}
