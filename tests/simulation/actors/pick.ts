/** Weighted random choices of actors, among the things that exist. */
import type { Chance } from "../../../src/clock/chance.ts";
import { simLayout } from "../site.ts";
import type { World } from "../world.ts";

export type Act = (world: World) => Promise<void>;
export type Weighted = readonly (readonly [weight: number, act: Act])[];

export function pickWeighted(chance: Chance, acts: Weighted): Act {
  let left = chance.next() * acts.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, act] of acts) {
    left -= weight;
    if (left < 0) return act;
  }
  return (acts.at(-1) as Weighted[number])[1];
}

export function pickOrNull<T>(chance: Chance, from: readonly T[]): T | null {
  return from.length === 0 ? null : chance.pick(from);
}

export const isLikely = (world: World, probability: number) => world.chance.next() < probability;

export function anyPerson(world: World): string {
  return world.chance.pick(world.facts.people);
}
export const actorOf = (personId: string) => `person:${personId}`;

export function epcOf(world: World, boxId: string): string | null {
  return world.facts.tags.find((tag) => tag.boxId === boxId)?.epc ?? null;
}

export const codeOf = (slotId: string) => simLayout.slotById.get(slotId)?.locationCode ?? slotId;

/** Usually a slot that is free by the tables, sometimes any. */
export function anySlotId(world: World): string {
  const taken = new Set(world.facts.boxes.map((box) => box.slotId));
  const all = [...simLayout.slotById.keys()];
  const free = all.filter((slotId) => !taken.has(slotId));
  return world.chance.pick(free.length > 0 && isLikely(world, 0.8) ? free : all);
}
