import { eq, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import type { AreaStart, KeptAreaState } from "../motion/messages.ts";
import type { AreaSpec } from "../site/schema.ts";
import type { Db, Tx } from "../storage/db.ts";
import { leads } from "../storage/schema/leads.ts";
import { areaState } from "../storage/schema/room.ts";
import { failOpenCommands } from "./command-row.ts";
import { locksOf } from "./lock-row.ts";

/**
 * Epochs reserved beyond the one in use. When motion dies, the next epoch is taken without asking a database that may be away,
 * and is still higher than all before and lower than any of the next leader. So many deaths in a row need no database; where
 * others may lead, the death after them waits for it. Few, because a controller's register has 16 bits.
 */
export const epochsAhead = 3;

/**
 * A new grant for an area. Its epoch is above the last one and above `given`, the highest known on this machine. All that an
 * earlier gateway left open fails; nothing is resumed (S3). If anything was open or stopped, a STOP goes out and a reset is due.
 */
export async function startArea(context: Context, areaKey: string, spec: AreaSpec, given = 0): Promise<AreaStart> {
  const leftOpen = await failOpenCommands(context, areaKey, "gateway-restarted");
  const [before] = await context.db.select().from(areaState).where(eq(areaState.areaKey, areaKey));
  const kept = {
    epoch: Math.max(before?.epoch ?? 0, given) + 1,
    wireId: before?.wireId ?? 0,
    inhibited: before?.isInhibited ?? false,
    isHeldForLocks: before?.isHeldForLocks ?? false,
    isStopped: leftOpen > 0 || before?.isStopped === true || (await wasToldStopped(context.db, areaKey)),
  };
  const locks = await locksOf(context.db, areaKey);
  await keepAreaState(context.db, areaKey, kept);
  const { isStopped: needsReset, ...start } = kept;
  // The room's standing alarms are sent before any request can be made.
  return { areaKey, spec, ...start, locks, roomAlarm: null, needsReset, stopsFirst: false };
}

/** Noted by the motion of the last leader, whose gateway was held or died before it stored a STOP. */
async function wasToldStopped(db: Db, areaKey: string): Promise<boolean> {
  const rows = await db
    .select({ stopped: leads.stopped })
    .from(leads)
    .where(eq(leads.roomId, areaKey.slice(0, areaKey.indexOf("."))));
  return rows.some(({ stopped }) => stopped?.includes(areaKey));
}

/** A late fact of an older motion never lowers an epoch. */
export async function keepAreaState(
  db: Db | Tx,
  areaKey: string,
  { epoch, wireId, inhibited: isInhibited, isHeldForLocks, isStopped }: KeptAreaState,
  isOld = false,
): Promise<void> {
  const row = { epoch: epoch + epochsAhead, wireId, isInhibited, isHeldForLocks, isStopped };
  if (isOld) return addToAreaState(db, areaKey, row);
  await db
    .insert(areaState)
    .values({ areaKey, ...row })
    .onConflictDoUpdate({ target: areaState.areaKey, set: row, setWhere: sql`${areaState.epoch} <= ${row.epoch}` });
}

/** From a state that others may have followed, only holds count, and numbers that must not be used again. */
async function addToAreaState(
  db: Db | Tx,
  areaKey: string,
  row: Omit<typeof areaState.$inferInsert, "areaKey">,
): Promise<void> {
  const { epoch, wireId, isInhibited, isStopped } = areaState;
  await db
    .insert(areaState)
    .values({ areaKey, ...row })
    .onConflictDoUpdate({
      target: areaState.areaKey,
      set: {
        epoch: sql`greatest(${epoch}, ${row.epoch})`,
        wireId: sql`CASE WHEN ${epoch} > ${row.epoch} THEN ${wireId} ELSE greatest(${wireId}, ${row.wireId}) END`,
        isInhibited: sql`${isInhibited} OR ${row.isInhibited}`,
        isStopped: sql`${isStopped} OR ${row.isStopped}`,
      },
    });
}
