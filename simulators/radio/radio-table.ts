/**
 * Computes the measured table of src/sensing/METHOD.md with the model: a packed room, passes over every antenna. For the test.
 */
import type { Chance } from "../../src/clock/chance.ts";
import { seededChance } from "../../src/clock/chance.ts";
import type { Layer, Layout } from "../../src/site/layout.ts";
import { type BoxRoom, newBoxRoom, putBox, takeBox } from "../room/boxes.ts";
import { type Air, newAir } from "./air.ts";
import { answerChance } from "./link-budget.ts";
import type { AirRules } from "./parameters.ts";

export interface PackedRoom {
  layout: Layout;
  boxes: BoxRoom;
  air: Air;
  layers: Layer[];
  /** The layer in which each tag really stands. */
  layerOf: Map<string, string>;
  chance: Chance;
}

/** Every slot of the first area is taken but one in twenty, with 30 mm boxes in narrow slots, 40 and 50 mm ones in wide. */
export function packedRoom(layout: Layout, seed: number, rules: AirRules): PackedRoom {
  const chance = seededChance(`radio-table/${seed}`);
  const area = layout.areas[0];
  if (!area) throw new Error("a site without areas");
  const free = chance.fork("free");
  const layerOf = new Map<string, string>();
  const standing = area.slots.flatMap((slot, i) => {
    if (free.next() < 0.05) return [];
    const epc = `E280${String(i).padStart(20, "0")}`;
    layerOf.set(epc, slot.layerId);
    return [{ epc, slotId: slot.id, thicknessMm: slot.widthMm < 40 ? 30 : free.pick([40, 50]) }];
  });
  const boxes = newBoxRoom(layout, standing);
  const air = newAir(layout, boxes, chance.fork("radio"), rules);
  const layers = area.layers.filter((layer) => layer.antenna);
  return { layout, boxes, air, layers, layerOf, chance: chance.fork("reader") };
}

export interface Passes {
  /** Passes in which its own antenna heard a tag. */
  heardOwn: Map<string, number>;
  /** Share of the tags heard by an antenna in a pass that stand elsewhere. */
  strayShare: number;
  /** Share of the tags heard at all whose strongest antenna (mean over all passes) is their own. */
  strongestRight: number;
  /** The same by the last antenna that heard it. */
  lastRight: number;
}

/** `count` rounds of every antenna, each tag's own antenna included once. */
export function passes(room: PackedRoom, count: number, session: 0 | 1 = 0): Passes {
  const { air, layers, layerOf } = room;
  const heardOwn = new Map<string, number>();
  const levels = new Map<string, Map<string, { sum: number; reads: number }>>();
  const last = new Map<string, string>();
  let strays = 0;
  let heard = 0;
  for (let pass = 0; pass < count; pass++) {
    for (const layer of layers) {
      const order = { layer, powerDbm: 30, session, target: "A" as const, channel: room.chance.below(9) };
      const { reads } = air.round({ ...order, atMs: pass * 60_000 }, room.chance);
      for (const { epc, signalDbm } of reads) {
        heard++;
        last.set(epc, layer.id);
        if (layerOf.get(epc) === layer.id) heardOwn.set(epc, (heardOwn.get(epc) ?? 0) + 1);
        else strays++;
        const byLayer = levels.get(epc) ?? new Map<string, { sum: number; reads: number }>();
        levels.set(epc, byLayer);
        const level = byLayer.get(layer.id) ?? { sum: 0, reads: 0 };
        byLayer.set(layer.id, { sum: level.sum + signalDbm, reads: level.reads + 1 });
      }
    }
  }
  let right = 0;
  let judged = 0;
  for (const [epc, byLayer] of levels) {
    if (air.tagOf(epc).isNearlyDead) continue;
    judged++;
    const [best] = [...byLayer].sort(([, a], [, b]) => b.sum / b.reads - a.sum / a.reads);
    if (best?.[0] === layerOf.get(epc)) right++;
  }
  const lastRight = [...last].filter(([epc, layerId]) => layerOf.get(epc) === layerId).length / last.size;
  return { heardOwn, strayShare: strays / heard, strongestRight: right / judged, lastRight };
}

/** Chance that one, two, three passes all miss, over the tags that are not nearly dead; unbiased from the counts. */
export function missChances(room: PackedRoom, seen: Passes, count: number): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  let tags = 0;
  for (const epc of room.layerOf.keys()) {
    if (room.air.tagOf(epc).isNearlyDead) continue;
    tags++;
    const missed = count - (seen.heardOwn.get(epc) ?? 0);
    let share = 1;
    for (let k = 0; k < 3; k++) {
      share *= (missed - k) / (count - k);
      sums[k] = (sums[k] as number) + share;
    }
  }
  return sums.map((sum) => sum / tags) as [number, number, number];
}

/** The same without the chance of rounds: from each tag's own probability, which no reader knows. */
export function trueMissChances(room: PackedRoom, powerDbm = 30): [number, number, number] {
  const { air } = room;
  const sums: [number, number, number] = [0, 0, 0];
  let tags = 0;
  for (const layer of room.layers) {
    for (const link of air.linksOf(layer)) {
      if (link.tag.isNearlyDead || room.layerOf.get(link.epc) !== layer.id) continue;
      const miss = 1 - answerChance(link.marginDb + powerDbm, air.rules);
      tags++;
      for (let k = 0; k < 3; k++) sums[k] = (sums[k] as number) + miss ** (k + 1);
    }
  }
  return sums.map((sum) => sum / tags) as [number, number, number];
}

/** Adds the signals of every tag at its own antenna to `lists`, by tag; a missed round leaves no value. */
function hear(room: PackedRoom, layers: readonly Layer[], channel: number, lists: Map<string, number[]>): void {
  for (const layer of layers) {
    const order = { layer, powerDbm: 30, session: 0 as const, target: "A" as const, channel, atMs: 0 };
    for (const { epc, signalDbm } of room.air.round(order, room.chance).reads) {
      if (room.layerOf.get(epc) !== layer.id) continue;
      const list = lists.get(epc);
      if (list) list.push(signalDbm);
      else lists.set(epc, [signalDbm]);
    }
  }
}

/** Signals by tag on the given channels while nothing moves. */
export function stillSignals(room: PackedRoom, layers: readonly Layer[], channels: readonly number[]): number[][] {
  const lists = new Map<string, number[]>();
  for (const channel of channels) hear(room, layers, channel, lists);
  return [...lists.values()].filter((list) => list.length > channels.length / 2);
}

/** Signals when every box of these layers is taken out and put back where it was before each reading. */
export function putBackSignals(room: PackedRoom, layers: readonly Layer[], times: number): number[][] {
  const { boxes, layout } = room;
  const lists = new Map<string, number[]>();
  for (let time = 0; time < times; time++) {
    for (const layer of layers) {
      for (const { epc, place } of [...(boxes.byLayer.get(layer.id) ?? [])]) {
        if (place.kind !== "slot") continue;
        const fault = takeBox(boxes, layout, epc, "hand") ?? putBox(boxes, layout, epc, place.slotId);
        if (fault) throw new Error(fault);
      }
    }
    hear(room, layers, 0, lists);
  }
  return [...lists.values()].filter((list) => list.length > times / 2);
}

/** Square root of the mean variance within the lists. */
export function spreadWithin(lists: readonly number[][]): number {
  let squares = 0;
  let freedoms = 0;
  for (const list of lists) {
    const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
    for (const value of list) squares += (value - mean) ** 2;
    freedoms += list.length - 1;
  }
  return Math.sqrt(squares / freedoms);
}
