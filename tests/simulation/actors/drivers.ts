/** People who move carriages from the console, and people in the room who walk, reset and press the button. */
import { perform } from "../../../simulators/control/commands.ts";
import { openAisleOf } from "../../../simulators/room/rail.ts";
import type { AreaDrive } from "../../../src/aisles/area-drive.ts";
import { showBox } from "../../../src/aisles/show-box.ts";
import type { ShelfVerb } from "../../../src/contract/shelf.ts";
import type { Outcome } from "../outcome.ts";
import { areaKeys, simLayout } from "../site.ts";
import type { World } from "../world.ts";
import { unlockAll } from "./lockers.ts";
import { type Act, actorOf, anyPerson, isLikely, pickOrNull } from "./pick.ts";

const aislesMax = 2;

export async function order(
  world: World,
  areaKey: string,
  verb: ShelfVerb,
  aisle: number,
): Promise<Outcome<unknown> | undefined> {
  const actor = actorOf(anyPerson(world));
  const asked = world.watch.asked(areaKey, verb, aisle);
  const [outcome] = await world.ask({
    name: `${verb} ${aisle || ""} ${areaKey}`,
    run({ areas, side }) {
      const drive = areas.drive(areaKey);
      if (verb === "close" || verb === "ventilate") drive.light(null).catch(() => {});
      return drive.request(actor, verb, aisle, "仿真", side.askedAtMs());
    },
  });
  if (outcome?.kind !== "done" && outcome?.kind !== "lost") asked.isVoid = true;
  return outcome;
}

export const request: Act = async (world) => {
  const areaKey = world.chance.pick(areaKeys);
  const verb = world.chance.pick([
    "open",
    "open",
    "open",
    "close",
    "ventilate",
    "pause",
    "inhibit",
    "release",
  ] as const);
  const isOdd = isLikely(world, 0.03);
  await order(world, areaKey, verb, verb === "open" ? 1 + world.chance.below(isOdd ? 9 : aislesMax) : 0);
};

export const show: Act = async (world) => {
  const box = world.chance.pick(world.facts.boxes);
  const layer = simLayout.layerById.get(simLayout.slotById.get(box.slotId ?? "")?.layerId ?? "");
  const areaKey = layer ? `${layer.roomId}.${layer.areaId}` : null;
  const asked = areaKey && layer ? world.watch.asked(areaKey, "open", layer.aisle) : null;
  const actor = actorOf(anyPerson(world));
  const [outcome] = await world.ask({
    name: `show ${box.barcode}`,
    run: ({ context, areas, side }) => showBox({ context, areas, onFailure() {} }, actor, box.id, side.askedAtMs()),
  });
  if (asked && outcome?.kind !== "done" && outcome?.kind !== "lost") asked.isVoid = true;
};

export const stop: Act = async (world) => {
  const { gateway } = world;
  if (!gateway) return;
  const actor = actorOf(anyPerson(world));
  const chosen = isLikely(world, 0.3) ? areaKeys : [world.chance.pick(areaKeys)];
  for (const areaKey of chosen) {
    world.trace.note(`STOP ${areaKey}`);
    const before = world.watch.stops;
    const isStraight = world.motion.isStraight() && !gateway.side.isHeld;
    gateway.side.enter(() => gateway.areas.drive(areaKey).stop(actor));
    if (isStraight && world.watch.stops === before) world.fail("I5", `${areaKey}: STOP does not reach motion at once`);
  }
};

/** A careful person's preparation: everybody out, the panel in order, confirmed. */
export async function putInOrder(world: World, areaKey: string): Promise<void> {
  const area = world.twin.room.areas.get(areaKey);
  for (const who of [...(area?.persons.keys() ?? [])]) await perform(world.twin, { do: "leave", area: areaKey, who });
  for (const key of ["emergency-release", "login", "unprotect", "reset", "confirm"])
    await perform(world.twin, { do: "key", area: areaKey, key });
}

/** Inhibited by the controller or by the gateway alone. */
export function isInhibited(drive: AreaDrive): boolean {
  const { interlocks, may } = drive.view();
  return (
    interlocks.includes("inhibited") || Object.values(may).some((why) => why !== true && why.code === "area-inhibited")
  );
}

/** Puts the area in order first and waits for the end: most motions come from this action. */
export const openProperly: Act = (world) => openInOrder(world, world.chance.pick(areaKeys));

export async function openInOrder(world: World, areaKey: string): Promise<void> {
  await world.pass(world.chance.below(4_000));
  await putInOrder(world, areaKey);
  await world.pass(500 + world.chance.below(2_500));
  await unlockAll(world, areaKey);
  if (world.gateway && isInhibited(world.gateway.areas.drive(areaKey))) {
    await order(world, areaKey, "release", 0);
    await world.pass(1_000);
  }
  const aisle = world.chance.below(1 + aislesMax);
  const outcome = await order(world, areaKey, aisle > 0 ? "open" : "close", aisle);
  if (outcome?.kind === "done") await world.pass(world.chance.pick([300, 2_600, 4_000, 9_000, 24_000]));
}

export const attend: Act = async (world) => {
  await putInOrder(world, world.chance.pick(areaKeys));
};

export const walkIn: Act = async (world) => {
  const areaKey = world.chance.pick(areaKeys);
  const area = world.twin.room.areas.get(areaKey);
  if (!area) return;
  const aisle = openAisleOf(area.rail) || 1 + world.chance.below(aislesMax);
  const answer = await perform(world.twin, {
    do: "enter",
    area: areaKey,
    aisle,
    who: `walker-${world.chance.below(3)}`,
  });
  if (answer.ok) world.watch.entered(areaKey);
  world.trace.note(`enter ${areaKey}/${aisle} ${answer.ok}`);
};

export const walkOut: Act = async (world) => {
  const inside = [...world.twin.room.areas.values()].flatMap((area) =>
    [...area.persons.keys()].map((who) => ({ area, who })),
  );
  const one = pickOrNull(world.chance, inside);
  if (!one) return;
  await perform(world.twin, { do: "leave", area: one.area.key, who: one.who });
  if (isLikely(world, 0.7)) await perform(world.twin, { do: "key", area: one.area.key, key: "reset" });
  world.trace.note(`leave ${one.area.key}`);
};

export const pressKey: Act = async (world) => {
  const areaKey = world.chance.pick(areaKeys);
  const keys = [
    "confirm",
    "reset",
    "emergency-press",
    "emergency-release",
    "login",
    "logout",
    "protect",
    "unprotect",
  ] as const;
  const key = world.chance.pick(keys);
  if (key === "emergency-press") world.watch.emergency(areaKey);
  world.trace.note(`key ${areaKey} ${key}`);
  await perform(world.twin, { do: "key", area: areaKey, key });
};
