/** L: after all faults are repaired the room works again, without a restart or a change in the database. */
import { perform } from "../../simulators/control/commands.ts";
import { isInhibited, putInOrder } from "./actors/drivers.ts";
import { letAllGo } from "./actors/holders.ts";
import { unlockAll } from "./actors/lockers.ts";
import { remedy } from "./actors/troubles.ts";
import { areaKeys } from "./site.ts";
import type { World } from "./world.ts";

/** Longest pauses of reconnecting (10 s), quarantine (30 s) and a reader's watch (5 s). */
const recoverMsMax = 50_000;
/** Warning, travel of a whole aisle, and the status that shows it. */
const openMsMax = 40_000;
/** If two devices had one address, the other must have been silent for a minute (status-order.ts). */
const believedMsMax = 65_000;
const countMsMax = 180_000;
/** The first try may meet a setting that is still in progress. */
const releaseTriesMax = 3;
const healer = "person:healer";

export async function healAndProve(world: World, firstStep: number): Promise<void> {
  let step = firstStep;
  const nextStep = () => world.beginStep(step++);
  nextStep();
  await remedy(world, true);
  letAllGo(world);
  // Time to read what waited for a held side.
  await world.pass(1_000);
  await world.keepGateway(true);
  for (const areaKey of areaKeys) {
    await putInOrder(world, areaKey);
    const area = world.twin.room.areas.get(areaKey);
    if (!area || area.rig.state().people === 0) continue;
    // Somebody left uncounted: a count that is too high is cleared only by switching the cabinet off.
    await perform(world.twin, { do: "power-cut", area: areaKey });
    await perform(world.twin, { do: "power-restore", area: areaKey });
    await putInOrder(world, areaKey);
  }
  const down = () =>
    [...(world.gateway?.devices.health() ?? []), ...world.motion.health()].filter(({ state }) => state === "down");
  await passUntil(world, recoverMsMax, () => world.motion.side !== null && down().length === 0);
  const drives = () => world.gateway?.areas.all() ?? [];
  const isDoubted = () => drives().some((drive) => drive.view().interlocks.includes("implausible"));
  await passUntil(world, believedMsMax, () => !isDoubted());
  await world.look();
  if (!world.gateway || world.violation) return;
  if (!world.motion.side) world.fail("L", "nobody drives the carriages");
  if (down().length > 0) world.fail("L", `not up again: ${JSON.stringify(down())}`);
  for (const areaKey of areaKeys) {
    nextStep();
    await openOnce(world, areaKey);
    await world.look();
  }
  for (const areaKey of areaKeys) {
    nextStep();
    await closeAndRead(world, areaKey);
    await world.look();
  }
  nextStep();
  const isCounting = () => world.facts.stocktakes.some(({ state }) => state === "running");
  await passUntil(world, countMsMax, () => !isCounting());
  if (isCounting()) world.fail("L", "a stocktake neither ends nor says why");
}

async function passUntil(world: World, limitMs: number, holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < limitMs && !holds() && !world.violation; waitedMs += 1_000) {
    await world.pass(1_000);
    await world.look();
  }
}

async function openOnce(world: World, areaKey: string): Promise<void> {
  const drive = world.gateway?.areas.drive(areaKey);
  if (!drive || world.violation) return;
  // An earlier action may take its time to end.
  await passUntil(world, openMsMax, () => drive.view().may.pause !== true);
  await unlockAll(world, areaKey);
  for (let tries = 0; tries <= releaseTriesMax && !world.violation; tries++) {
    // The carriages may stand where a STOP left them: reset at the panel once more. Other obstacles show only afterwards.
    await perform(world.twin, { do: "key", area: areaKey, key: "reset" });
    await perform(world.twin, { do: "key", area: areaKey, key: "confirm" });
    await world.pass(2_000);
    const isStillInhibited = isInhibited(drive);
    // A panel ignores the reset while carriages still coast: a person there sees that and presses again.
    if (!isStillInhibited && !drive.view().interlocks.includes("needsReset")) break;
    if (!isStillInhibited) continue;
    await ask(world, areaKey, "release", 0);
    await world.pass(2_000);
  }
  const aisle = world.chance.pick([1, 2]);
  const outcome = await ask(world, areaKey, "open", aisle);
  if (outcome !== "done") {
    const { interlocks, activity, people } = drive.view();
    const seen = JSON.stringify({ interlocks, activity, people });
    world.fail("L", `${areaKey} cannot be opened any more: ${outcome} ${seen}`);
    return;
  }
  await passUntil(world, openMsMax, () => drive.view().openAisle === aisle);
  if (drive.view().openAisle !== aisle)
    world.fail("L", `${areaKey} did not open ${aisle}: ${JSON.stringify(drive.view())}`);
}

/** A used aisle is read again, whatever was lost before. */
async function closeAndRead(world: World, areaKey: string): Promise<void> {
  const drive = world.gateway?.areas.drive(areaKey);
  if (!drive || world.violation) return;
  await perform(world.twin, { do: "key", area: areaKey, key: "confirm" });
  const outcome = await ask(world, areaKey, "close", 0);
  if (outcome !== "done") return world.fail("L", `${areaKey} cannot be closed any more: ${outcome}`);
  await passUntil(world, openMsMax, () => drive.view().openAisle === 0);
  const unread = () => world.facts.uses.filter((use) => use.areaKey === areaKey && use.dueSinceMs !== null);
  await passUntil(world, countMsMax, () => unread().length === 0);
  if (drive.view().openAisle !== 0) world.fail("L", `${areaKey} did not close: ${JSON.stringify(drive.view())}`);
  else if (unread().length > 0) world.fail("D", `never read again: ${JSON.stringify(unread())}`);
}

async function ask(world: World, areaKey: string, verb: "open" | "close" | "release", aisle: number): Promise<string> {
  const asked = world.watch.asked(areaKey, verb, aisle);
  const [outcome] = await world.ask({
    name: `${verb} ${aisle || ""} ${areaKey}`,
    run: ({ areas }) => areas.drive(areaKey).request(healer, verb, aisle, "复位"),
  });
  if (outcome?.kind !== "done") asked.isVoid = true;
  return outcome?.kind === "refused" ? outcome.code : (outcome?.kind ?? "nobody");
}
