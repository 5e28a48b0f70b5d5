import { eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { Refusal } from "../contract/errors.ts";
import type { Actor } from "../contract/journal.ts";
import { change } from "../journal/change.ts";
import { loans } from "../storage/schema/catalogue.ts";
import { people } from "../storage/schema/people.ts";
import { type BoxRow, lockBox, recordPlace } from "./record-place.ts";

export interface TakeBox {
  boxId: string;
  holderId: string;
  reason: string;
  dueAtMs?: number;
}

/** 借出: a box is handed to a person, with the time and the reason. */
export async function takeBox(context: Context, actor: Actor, request: TakeBox): Promise<BoxRow> {
  return change(context, async (tx, recorder) => {
    const [holder] = await tx.select().from(people).where(eq(people.id, request.holderId));
    if (!holder) throw new Refusal("person-unknown");
    const box = await lockBox(tx, request.boxId);
    if (box.place === "person")
      throw new Refusal("box-on-loan", { barcode: box.barcode, holder: await holderName(tx, box) });
    const loanId = context.newId();
    const dueAtMs = request.dueAtMs ?? null;
    await tx.insert(loans).values({
      id: loanId,
      boxId: box.id,
      holderId: holder.id,
      reason: request.reason,
      takenAtMs: recorder.atMs,
      dueAtMs,
      returnedAtMs: null,
    });
    return recordPlace(context, tx, recorder, {
      boxId: box.id,
      to: { place: "person", holderId: holder.id },
      evidence: { by: "person" },
      kind: "box.taken",
      actor,
      reason: request.reason,
      also: { loanId, holderName: holder.name, dueAtMs },
    });
  });
}

async function holderName(tx: Parameters<typeof lockBox>[0], box: BoxRow): Promise<string> {
  if (!box.holderId) return "";
  const [holder] = await tx.select({ name: people.name }).from(people).where(eq(people.id, box.holderId));
  return holder?.name ?? "";
}
