/** Holds, delays and kills the gateway and the motion process, each alone; every trouble ends by itself. */
import { perform } from "../../../simulators/control/commands.ts";
import { openAisleOf } from "../../../simulators/room/rail.ts";
import { clockGapMsMin } from "../../../src/clock/clock-gap.ts";
import type { Side } from "../side.ts";
import { areaKeys } from "../site.ts";
import type { World } from "../world.ts";
import { openInOrder, order, putInOrder, stop } from "./drivers.ts";
import { type Act, isLikely } from "./pick.ts";
import { askLate } from "./troubles.ts";

/** From shorter than anybody notices, past the life of a request, to longer than motion and gateway tolerate of each other. */
const holdsMs = [300, 1_500, 2_600, 6_000, 11_000, 14_000] as const;
/** Travel, warning and preparation: the moment may be anywhere in an opening. */
const anywhereMsMax = 14_000;

interface Plan {
  cancel(): void;
  /** Ends the trouble; called at once when everything is repaired. Callbacks that begin one are then ignored. */
  end: (() => void) | null;
}
const plans = new WeakMap<World, Set<Plan>>();

function later(world: World, ms: number, fn: () => void, isEnd: boolean): void {
  const all = plans.get(world) ?? new Set();
  plans.set(world, all);
  const plan: Plan = { cancel: () => {}, end: isEnd ? fn : null };
  plan.cancel = world.clock.after(ms, () => {
    all.delete(plan);
    fn();
  });
  all.add(plan);
}

/** Ends everything that was begun. */
export function letAllGo(world: World): void {
  const all = plans.get(world) ?? new Set();
  for (const plan of [...all]) {
    all.delete(plan);
    plan.cancel();
    plan.end?.();
  }
}

/** Somebody is about to move something, or has just asked. */
async function meanwhile(world: World): Promise<void> {
  await openInOrder(world, world.chance.pick(areaKeys));
  if (isLikely(world, 0.25)) await stop(world);
}

function holdFor(world: World, side: Side, ms: number, isAsleep = false): void {
  if (side.isOver || side.isHeld) return;
  world.trace.note(`trouble ${side.name} ${isAsleep ? "sleeps" : "is held"} for ${ms} ms`);
  side.hold(isAsleep);
  const goOn = () => {
    world.trace.note(`over: ${side.name} goes on`);
    side.letGo();
  };
  later(world, ms, goOn, true);
}

/** During an action, or before any. */
function held(sideOf: (world: World) => Side | null): Act {
  return async (world) => {
    const ms = world.chance.pick(holdsMs);
    const hold = () => {
      const side = sideOf(world);
      if (side) holdFor(world, side, ms);
    };
    if (isLikely(world, 0.4)) hold();
    else later(world, world.chance.below(anywhereMsMax), hold, false);
    await meanwhile(world);
  };
}

function killed(kill: (world: World) => void): Act {
  return async (world) => {
    later(world, world.chance.below(anywhereMsMax), () => kill(world), false);
    await meanwhile(world);
  };
}

/** A channel that is slow in both directions: other programs have the processor. */
export const slowChannel: Act = async (world) => {
  const { delays } = world.motion;
  const slow = { toMotionMsMax: 0, toGatewayMsMax: 0 };
  const ms = world.chance.pick([40, 400, 1_800, 4_000]);
  if (isLikely(world, 0.6)) slow.toMotionMsMax = ms;
  if (isLikely(world, 0.5)) slow.toGatewayMsMax = ms;
  Object.assign(delays, slow);
  world.trace.note(`trouble channel ${JSON.stringify(slow)}`);
  const quick = () => void Object.assign(delays, { toMotionMsMax: 0, toGatewayMsMax: 0 });
  later(world, 2_000 + world.chance.below(20_000), quick, true);
  await meanwhile(world);
};

/**
 * Repeats an old status of an empty aisle after each one that shows somebody inside, while somebody wants to open another aisle.
 */
export const repeatOld: Act = async (world) => {
  const areaKey = world.chance.pick(areaKeys);
  await putInOrder(world, areaKey);
  await world.pass(1_500);
  const end = world.motion.repeaters.get(areaKey)?.repeat();
  if (!end) return;
  world.trace.note(`trouble old status ${areaKey}`);
  later(world, 3_000 + world.chance.below(12_000), end, true);
  const area = world.twin.room.areas.get(areaKey);
  if (!area) return;
  const aisle = openAisleOf(area.rail);
  if (aisle > 0 && (await perform(world.twin, { do: "enter", area: areaKey, aisle, who: "walker-0" })).ok)
    world.watch.entered(areaKey);
  else await perform(world.twin, { do: "key", area: areaKey, key: "logout" });
  await world.pass(1_800);
  await order(world, areaKey, "open", aisle === 1 ? 2 : 1);
};

/** The machine is suspended: both processes stand still, and so does their count of time. */
export const suspend: Act = async (world) => {
  const ms = world.chance.pick([700, 1_500, 4_000, 9_000]);
  const sleep = () => {
    for (const side of [world.motion.side, world.gateway?.side]) if (side) holdFor(world, side, ms, true);
    if (ms > clockGapMsMin) world.clock.after(ms, () => world.clocksParted());
  };
  if (isLikely(world, 0.5)) {
    await askLate(world, 1_500, sleep);
    world.databaseRates.lateMs = 0;
    return;
  }
  later(world, world.chance.below(anywhereMsMax), sleep, false);
  await meanwhile(world);
};

export const holdGateway = held((world) => world.gateway?.side ?? null);
export const holdMotion = held((world) => world.motion.side);
export const killGateway = killed((world) => world.gateway?.side.end("alone"));
export const killMotion = killed((world) => world.motion.kill("kill -9"));

export const holders: readonly (readonly [number, Act])[] = [
  [1.2, holdGateway],
  [1.2, holdMotion],
  [1.2, killGateway],
  [1.2, killMotion],
  [1, slowChannel],
  [0.8, suspend],
  [0.8, repeatOld],
];
