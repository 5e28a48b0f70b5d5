/** People who go between the carriages and lock the area for themselves (S22), come out, or have their lock taken off. */
import { areaKeys } from "../site.ts";
import type { World } from "../world.ts";
import { type Act, anyPerson, isLikely, pickOrNull } from "./pick.ts";

/** The locks that the gateway shows, including one whose row could not be stored. */
const locksOn = (world: World, areaKey: string) => world.gateway?.areas.drive(areaKey).view().locks ?? [];

export const lockOrUnlock: Act = async (world) => {
  const areaKey = world.chance.pick(areaKeys);
  const held = pickOrNull(world.chance, locksOn(world, areaKey));
  if (!held || isLikely(world, 0.5)) return lock(world, areaKey, anyPerson(world));
  const other = anyPerson(world);
  if (other === held.personId || isLikely(world, 0.6)) return unlock(world, areaKey, held.personId);
  world.watch.unlocking(areaKey, held.personId);
  await world.ask({
    name: `take off a lock of ${areaKey}`,
    run: ({ areas }) => areas.drive(areaKey).locks.takeOff(held.id, other, "仿真"),
  });
};

async function lock(world: World, areaKey: string, personId: string): Promise<void> {
  const [outcome] = await world.ask({
    name: `lock ${areaKey}`,
    run: ({ areas }) => areas.drive(areaKey).locks.lock({ id: personId, name: personId }, "仿真"),
  });
  if (outcome?.kind === "done") world.watch.locked(areaKey, personId);
}

async function unlock(world: World, areaKey: string, personId: string): Promise<void> {
  world.watch.unlocking(areaKey, personId);
  await world.ask({
    name: `unlock ${areaKey}`,
    run: ({ areas }) => areas.drive(areaKey).locks.unlock(personId),
  });
}

/** Everybody comes out. */
export async function unlockAll(world: World, areaKey: string): Promise<void> {
  for (const { personId } of locksOn(world, areaKey)) await unlock(world, areaKey, personId);
}
