import { eq, sql } from "drizzle-orm";
import type { AreaLock } from "../contract/aisles.ts";
import type { House } from "../house.ts";
import type { AreaStart, KeptAreaState } from "../motion/messages.ts";
import type { AreaSpec } from "../site/schema.ts";
import type { Db, Tx } from "../storage/db.ts";
import { areaState } from "../storage/schema/room.ts";
import { failOpenCommands } from "./command-row.ts";
import { locksOf } from "./lock-row.ts";

/**
 * Epochs that are promised beyond the one in use: when motion dies, the next one is taken without asking a database that may
 * be away, and is still higher than all before.
 */
const epochsAhead = 1;

/**
 * A new grant for an area: a higher epoch, everything an earlier gateway left open failed, nothing sent (S3). Where something
 * was open motion stays shut until a reset at the panel.
 */
export async function startArea(house: House, areaKey: string, spec: AreaSpec): Promise<AreaStart> {
  const leftOpen = await failOpenCommands(house, areaKey, "gateway-restarted");
  const [before] = await house.db.select().from(areaState).where(eq(areaState.areaKey, areaKey));
  const epoch = (before?.epoch ?? 0) + 1;
  const wireId = before?.wireId ?? 0;
  const inhibited = before?.isInhibited ?? false;
  const isHeldForLocks = before?.isHeldForLocks ?? false;
  const locks: AreaLock[] = await locksOf(house.db, areaKey);
  await keepAreaState(house.db, areaKey, { epoch, wireId, inhibited, isHeldForLocks });
  return {
    areaKey,
    spec,
    epoch,
    wireId,
    inhibited,
    locks,
    isHeldForLocks,
    // Heard anew by whoever watches the room's alarms, before anything can be asked.
    roomAlarm: null,
    needsReset: leftOpen > 0,
    stopsFirst: false,
  };
}

/** What an older motion still had to say never takes an epoch back. */
export async function keepAreaState(
  db: Db | Tx,
  areaKey: string,
  { epoch, wireId, inhibited: isInhibited, isHeldForLocks }: KeptAreaState,
): Promise<void> {
  const promised = epoch + epochsAhead;
  await db
    .insert(areaState)
    .values({ areaKey, epoch: promised, wireId, isInhibited, isHeldForLocks })
    .onConflictDoUpdate({
      target: areaState.areaKey,
      set: { epoch: promised, wireId, isInhibited, isHeldForLocks },
      setWhere: sql`${areaState.epoch} <= ${promised}`,
    });
}
