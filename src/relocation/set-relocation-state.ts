import { and, eq, inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import { type Actor, roomChain } from "../contract/journal.ts";
import type { JournalKind } from "../contract/kinds/journal-rows.ts";
import { change } from "../journal/change.ts";
import { boxes, reservations } from "../storage/schema/catalogue.ts";
import { relocationMoves, relocations } from "../storage/schema/relocation.ts";
import { reserveTargets } from "./plan-relocation.ts";

type State = (typeof relocations.$inferSelect)["state"];

const steps = {
  start: { from: ["planned"], to: "running", kind: "relocation.started" },
  pause: { from: ["running"], to: "paused", kind: "relocation.paused" },
  resume: { from: ["paused"], to: "running", kind: "relocation.resumed" },
  cancel: { from: ["planned", "running", "paused"], to: "cancelled", kind: "relocation.ended" },
} as const satisfies Record<string, { from: readonly State[]; to: State; kind: JournalKind }>;
export type RelocationStep = keyof typeof steps;

/** Starts, pauses, resumes or cancels. Cancelling while a box is on the cart is refused: somebody has it in their hands. */
export async function setRelocationState(
  context: Context,
  actor: Actor,
  id: string,
  step: RelocationStep,
): Promise<void> {
  const { from, to, kind } = steps[step];
  await change(context, async (tx, recorder) => {
    const [row] = await tx
      .update(relocations)
      .set({ state: to, endedAtMs: to === "cancelled" ? recorder.atMs : null })
      .where(and(eq(relocations.id, id), inArray(relocations.state, [...from])))
      .returning();
    if (!row) throw new Refusal("relocation-not-possible");
    const open = await tx
      .select({ move: relocationMoves, barcode: boxes.barcode })
      .from(relocationMoves)
      .innerJoin(boxes, eq(boxes.id, relocationMoves.boxId))
      .where(and(eq(relocationMoves.relocationId, id), inArray(relocationMoves.state, ["planned", "picked"])));
    if (to === "cancelled") {
      const inHand = open.find((one) => one.move.state === "picked");
      if (inHand) throw new Refusal("relocation-box-in-hand", { barcode: inHand.barcode });
      await tx
        .update(relocationMoves)
        .set({ state: "skipped", skipReason: "cancelled" })
        .where(and(eq(relocationMoves.relocationId, id), eq(relocationMoves.state, "planned")));
      await tx.delete(reservations).where(eq(reservations.relocationId, id));
    } else if (step === "resume") {
      // The reservations may have expired during the pause.
      await reserveTargets(
        context,
        tx,
        id,
        open.map((one) => one.move),
        recorder.atMs,
      );
    }
    recorder.note({
      chain: roomChain(row.roomId),
      actor,
      kind,
      subject: `relocation:${id}`,
      body: { relocationId: id, state: to },
    });
  });
}
