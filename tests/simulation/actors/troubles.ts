/** Faults: each ends by itself after a while, and all of them at the end of the run. */
import { perform } from "../../../simulators/control/commands.ts";
import { areaKeys, shelfBusOf, simLayout } from "../site.ts";
import type { World } from "../world.ts";
import { openInOrder, openProperly, order, putInOrder, stop } from "./drivers.ts";
import { unlockAll } from "./lockers.ts";
import { type Act, isLikely } from "./pick.ts";

interface Remedy {
  atMs: number;
  name: string;
  run(): Promise<unknown> | unknown;
}

const remediesOf = new WeakMap<World, Remedy[]>();
const longMsMax = 20_000;
const shortMsMax = 1_500;

function later(world: World, name: string, run: () => Promise<unknown> | unknown): void {
  const list = remediesOf.get(world) ?? [];
  remediesOf.set(world, list);
  const afterMs = 50 + world.chance.below(isLikely(world, 0.4) ? shortMsMax : longMsMax);
  list.push({ atMs: world.clock.nowMs() + afterMs, name, run });
}

/** Ends the faults that are due, or all. */
export async function remedy(world: World, all = false): Promise<void> {
  const list = remediesOf.get(world) ?? [];
  const due = list.filter((one) => all || one.atMs <= world.clock.nowMs());
  remediesOf.set(
    world,
    list.filter((one) => !due.includes(one)),
  );
  for (const one of due) {
    world.trace.note(`over: ${one.name}`);
    await one.run();
  }
}

async function tell(world: World, order: Record<string, unknown>): Promise<void> {
  const answer = await perform(world.twin, order);
  world.trace.note(`trouble ${JSON.stringify(order)}${answer.ok ? "" : " refused"}`);
}

const anyBus = (world: World) => world.chance.pick([...world.twin.buses.keys()]);
const anyDevice = (world: World) => world.chance.pick(simLayout.site.devices.map(({ id }) => id));
const anyReader = (world: World) => world.chance.pick([...world.twin.readers.keys()]);

/** Switches a fault on, and off again later. */
function switched(orderOf: (world: World) => Record<string, unknown>): Act {
  return async (world) => {
    const order = orderOf(world);
    await tell(world, { ...order, on: "on" });
    later(world, JSON.stringify(order), () => perform(world.twin, { ...order, on: "off" }));
  };
}

export const unplug: Act = async (world) => {
  const bus = anyBus(world);
  if (!world.twin.buses.get(bus)?.isPlugged) return;
  await tell(world, { do: "unplug", bus });
  later(world, `replug ${bus}`, () => perform(world.twin, { do: "replug", bus }));
};

const noise: Act = async (world) => {
  const bus = anyBus(world);
  const kind = world.chance.pick(["noise", "loss"] as const);
  await tell(world, { do: kind, bus, chance: world.chance.pick([0.001, 0.005, 0.02]) });
  later(world, `${kind} ${bus}`, () => perform(world.twin, { do: kind, bus, chance: 0 }));
};

const badWire: Act = async (world) => {
  const bus = anyBus(world);
  const rates = world.wires.rates.get(bus);
  if (!rates) return;
  Object.assign(rates, {
    lost: world.chance.next() * 0.1,
    doubled: world.chance.next() * 0.1,
    late: world.chance.next() * 0.2,
  });
  world.trace.note(`trouble wire ${bus} ${JSON.stringify(rates)}`);
  later(world, `wire ${bus}`, () => Object.assign(rates, { lost: 0, doubled: 0, late: 0 }));
};

const wrongBaud: Act = async (world) => {
  const bus = anyBus(world);
  await tell(world, { do: "wrong-baud", bus, baud: 9600 });
  later(world, `baud ${bus}`, () => perform(world.twin, { do: "wrong-baud", bus }));
};

const blackout: Act = async (world) => {
  const area = world.chance.pick(areaKeys);
  await tell(world, { do: "power-cut", area });
  later(world, `power ${area}`, () => perform(world.twin, { do: "power-restore", area }));
};

/** Only one fault of the safety parts at a time: they are not built for a blind counter and dead edges together. */
const safetyFault: Act = async (world) => {
  const areaKey = world.chance.pick(areaKeys);
  const area = world.twin.room.areas.get(areaKey);
  if (!area || area.isCounterBlind || area.rail.edgesStuck) return;
  // Nobody may be inside uncounted, or about to enter, when the edges die.
  const isBlind = isLikely(world, 0.5);
  if (!isBlind && area.persons.size > 0) return;
  const order = { do: isBlind ? "blind-counter" : "stuck-edge", area: areaKey };
  await tell(world, { ...order, on: "on" });
  later(world, order.do, () => perform(world.twin, { ...order, on: "off" }));
};

const crash: Act = async (world) => world.crash("at a step's end");

export const databaseTrouble: Act = async (world) => {
  const rate = () => (isLikely(world, 0.5) ? world.chance.next() * 0.15 : 0);
  const rates = {
    crashBeforeCommit: rate(),
    crashAfterCommit: rate(),
    commitFails: rate(),
    answerLost: rate(),
    statementFails: rate() / 3,
  };
  Object.assign(world.databaseRates, rates);
  world.trace.note(`trouble database ${JSON.stringify(rates)}`);
  later(world, "database", () => Object.assign(world.databaseRates, world.calmDatabase));
};

/** The machine's clock is set, by a little or by a day. */
const timeJump: Act = async (world) => {
  const ms = world.chance.pick([200, 1_500, 5_000, 3_600_000, 86_400_000]) * (isLikely(world, 0.5) ? 1 : -1);
  world.trace.note(`trouble time jumps ${ms}`);
  world.jumpTime(ms);
};

/** A STOP that does not reach the controller; it is pressed at once, because otherwise nothing would show the fault. */
export const deaf: Act = async (world) => {
  const area = world.chance.pick(areaKeys);
  await tell(world, { do: "deaf", area, on: "on" });
  later(world, `deaf ${area}`, () => perform(world.twin, { do: "deaf", area, on: "off" }));
  if (isLikely(world, 0.7)) await stop(world);
};

/** Impossible statuses that the wire format can carry. */
const lieNames = ["outside", "overlap", "no-positions", "two-boots"] as const;

export const lie: Act = async (world) => {
  const area = world.chance.pick(areaKeys);
  await tell(world, { do: "lie", area, lie: world.chance.pick(lieNames) });
  world.watch.lies(area, true);
  later(world, `lie ${area}`, async () => {
    await perform(world.twin, { do: "lie", area });
    world.watch.lies(area, false);
  });
  if (isLikely(world, 0.6)) await openInOrder(world, area);
};

/** A request that waits for a locked table; `meanwhile` happens at any moment of that wait. */
export async function askLate(world: World, lateMs: number, meanwhile: () => void): Promise<void> {
  const areaKey = world.chance.pick(areaKeys);
  await putInOrder(world, areaKey);
  await unlockAll(world, areaKey);
  await world.pass(1_200 + world.chance.below(1_500));
  world.databaseRates.lateMs = lateMs;
  world.trace.note(`trouble late store ${lateMs}`);
  world.clock.after(world.chance.below(1_000), meanwhile);
  await order(world, areaKey, "open", 1 + world.chance.below(2));
}

/** The same with a clock that is set during the wait. */
export const lateStore: Act = async (world) => {
  const ms = world.chance.pick([5_000, 3_600_000]) * (isLikely(world, 0.5) ? 1 : -1);
  const isSet = isLikely(world, 0.5);
  const jump = () => (isSet ? world.jumpTime(ms) : undefined);
  await askLate(world, world.chance.pick([400, 1_500, 1_500, 4_000, 6_000]), jump);
  await openProperly(world);
  later(world, "late store", () => {
    world.databaseRates.lateMs = 0;
  });
};

/** A frame that the controller has already accepted is sent again, as by a device in between that kept it. */
const ghost: Act = async (world) => {
  const areaKey = world.chance.pick(areaKeys);
  const frames = world.watch.oldFrames(areaKey);
  if (frames.length === 0) return;
  world.trace.note(`trouble old frame ${areaKey}`);
  world.wires.inject(shelfBusOf(areaKey), world.chance.pick(frames));
};

export const troubles: readonly (readonly [number, Act])[] = [
  [3, unplug],
  [2, noise],
  [2, badWire],
  [0.5, wrongBaud],
  [1, blackout],
  [1, safetyFault],
  [2, crash],
  [2, databaseTrouble],
  [0.7, timeJump],
  [1.5, ghost],
  [1, deaf],
  [1, lie],
  [1, lateStore],
  [1, switched((world) => ({ do: "dead", device: anyDevice(world) }))],
  [1, switched((world) => ({ do: "missing-antenna", reader: anyReader(world), port: 1 + world.chance.below(16) }))],
  [1, switched((world) => ({ do: "jam", area: world.chance.pick(areaKeys) }))],
  [1, async (world) => tell(world, { do: "restart-reader", reader: anyReader(world) })],
];
