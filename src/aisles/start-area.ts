import { eq } from "drizzle-orm";
import type { House } from "../house.ts";
import type { AreaRules } from "../shelving/area-rules.ts";
import { type AreaState, firstAreaState } from "../shelving/area-state.ts";
import { keeps } from "../shelving/keeps.ts";
import { areaState } from "../storage/schema/room.ts";
import { failOpenCommands } from "./command-row.ts";
import { locksOf } from "./lock-row.ts";

/**
 * A new grant for an area: a higher epoch, everything an earlier gateway left open failed, nothing resumed (S3). Where something
 * was open or stopped, or the controller does not latch by itself, a STOP goes out and motion stays shut until a reset.
 */
export async function startArea(house: House, rules: AreaRules): Promise<AreaState> {
  const { areaKey } = rules;
  const leftOpen = await failOpenCommands(house, areaKey);
  const [before] = await house.db.select().from(areaState).where(eq(areaState.areaKey, areaKey));
  const epoch = (before?.epoch ?? 0) + 1;
  const wireId = before?.wireId ?? 0;
  const inhibited = before?.isInhibited ?? false;
  const isHeldForLocks = before?.isHeldForLocks ?? false;
  const isStopped = leftOpen > 0 || before?.isStopped === true || !keeps(rules, "S3");
  await keepAreaState(house, areaKey, { epoch, wireId, inhibited, isHeldForLocks, isStopped });
  const needsReset = isStopped ? { sinceMs: house.clock.monoMs() } : null;
  const locks = await locksOf(house.db, areaKey);
  return firstAreaState({ epoch, wireId, inhibited, locks, isHeldForLocks, needsReset });
}

export interface KeptAreaState extends Pick<AreaState, "epoch" | "wireId" | "inhibited" | "isHeldForLocks"> {
  /** A reset is due: a STOP that nobody was seen to follow outlives the gateway that sent it. */
  isStopped: boolean;
}

export function keptOf({ epoch, wireId, inhibited, isHeldForLocks, needsReset }: AreaState): KeptAreaState {
  return { epoch, wireId, inhibited, isHeldForLocks, isStopped: needsReset !== null };
}

export async function keepAreaState(
  house: House,
  areaKey: string,
  { epoch, wireId, inhibited: isInhibited, isHeldForLocks, isStopped }: KeptAreaState,
): Promise<void> {
  const row = { epoch, wireId, isInhibited, isHeldForLocks, isStopped };
  await house.db
    .insert(areaState)
    .values({ areaKey, ...row })
    .onConflictDoUpdate({ target: areaState.areaKey, set: row });
}
