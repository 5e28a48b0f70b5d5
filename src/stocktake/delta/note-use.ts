import { and, eq } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { Refusal } from "../../contract/errors.ts";
import type { Actor } from "../../contract/journal.ts";
import type { Area } from "../../site/layout.ts";
import { aisleUses } from "../../storage/schema/deltas.ts";

const fresh = { isOpen: false, dueSinceMs: null, tries: 0, tryAtMs: 0, layersTotal: 0, layersCovered: 0 };

/** Stores which aisle stands open now, and which was used; a restart begins with this. */
export async function noteUse(
  context: Context,
  areaKey: string,
  { opened, used, isDue }: { opened: number | null; used: number | null; isDue: boolean },
): Promise<void> {
  const nowMs = context.clock.nowMs();
  await context.db.transaction(async (tx) => {
    if (used !== null)
      await tx
        .update(aisleUses)
        .set({ isOpen: false, ...(isDue ? { dueSinceMs: nowMs, tries: 0, tryAtMs: nowMs } : {}) })
        .where(and(eq(aisleUses.areaKey, areaKey), eq(aisleUses.aisle, used)));
    if (opened !== null)
      await tx
        .insert(aisleUses)
        .values({ areaKey, aisle: opened, ...fresh, isOpen: true })
        .onConflictDoUpdate({ target: [aisleUses.areaKey, aisleUses.aisle], set: { isOpen: true } });
  });
}

/** On demand: the two faces are read again as soon as the aisle is closed; refuses an unknown aisle. */
export async function askDelta(context: Context, actor: Actor, area: Area, aisle: number): Promise<void> {
  if (!area.aisles.some((one) => one.no === aisle)) throw new Refusal("aisle-unknown", { aisle });
  const nowMs = context.clock.nowMs();
  const due = { dueSinceMs: nowMs, tries: 0, tryAtMs: nowMs, askedBy: actor };
  await context.db
    .insert(aisleUses)
    .values({ areaKey: `${area.roomId}.${area.id}`, aisle, ...fresh, ...due })
    .onConflictDoUpdate({ target: [aisleUses.areaKey, aisleUses.aisle], set: due });
}

/** A stocktake that ended because its aisle was opened leaves the aisle due; one that a person cancelled does not. */
export async function noteInterrupted(
  context: Context,
  {
    areaKey,
    aisle,
    stocktakeId,
    isStillDue,
  }: { areaKey: string; aisle: number; stocktakeId: string | null; isStillDue: boolean },
): Promise<void> {
  await context.db
    .update(aisleUses)
    .set({ outcome: "interrupted", stocktakeId, layersCovered: 0, ...(isStillDue ? {} : { dueSinceMs: null }) })
    .where(and(eq(aisleUses.areaKey, areaKey), eq(aisleUses.aisle, aisle)));
}
