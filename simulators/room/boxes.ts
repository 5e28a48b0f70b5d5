/** Where every box really is. A box is in exactly one place: a slot, a person's hands, or out of the room. */
import type { Layout, Slot } from "../../src/site/layout.ts";

export interface StandingBox {
  epc: string;
  thicknessMm: number;
  slotId: string;
}

export type BoxPlace = { kind: "slot"; slotId: string } | { kind: "hands"; who: string } | { kind: "outside" };

export interface TwinBox {
  epc: string;
  thicknessMm: number;
  place: BoxPlace;
  /** Grows with every put: the radio draws a new offset for each visit. */
  visit: number;
}

export type BoxFault = "no-such-box" | "no-such-slot" | "slot-taken" | "too-thick" | "not-standing" | "not-in-hands";

export interface BoxRoom {
  byEpc: Map<string, TwinBox>;
  bySlot: Map<string, TwinBox>;
  byLayer: Map<string, Set<TwinBox>>;
  /** Grows with every box that enters or leaves a layer, so that the radio computes only changed layers again. */
  revisions: Map<string, number>;
}

export function newBoxRoom(layout: Layout, standing: readonly StandingBox[]): BoxRoom {
  const room: BoxRoom = { byEpc: new Map(), bySlot: new Map(), byLayer: new Map(), revisions: new Map() };
  for (const { epc, thicknessMm, slotId } of standing) {
    const box: TwinBox = { epc: epc.toUpperCase(), thicknessMm, place: { kind: "outside" }, visit: 0 };
    if (room.byEpc.has(box.epc)) throw new Error(`delivery: ${box.epc} comes twice`);
    room.byEpc.set(box.epc, box);
    const fault = putBox(room, layout, box.epc, slotId);
    if (fault) throw new Error(`delivery: ${box.epc} into ${slotId}: ${fault}`);
  }
  return room;
}

/** Takes a box out of its slot into a person's hands. */
export function takeBox(room: BoxRoom, layout: Layout, epc: string, who: string): BoxFault | null {
  const box = room.byEpc.get(epc);
  if (!box) return "no-such-box";
  if (box.place.kind !== "slot") return "not-standing";
  leaveSlot(room, layout, box);
  box.place = { kind: "hands", who };
  return null;
}

/** Puts a box (from hands or from outside) into a slot that is free and wide enough. */
export function putBox(room: BoxRoom, layout: Layout, epc: string, slotId: string): BoxFault | null {
  const box = room.byEpc.get(epc);
  if (!box) return "no-such-box";
  const slot = layout.slotById.get(slotId);
  if (!slot) return "no-such-slot";
  if (box.place.kind === "slot") return "not-in-hands";
  const fault = fits(room, box, slot);
  if (fault) return fault;
  room.bySlot.set(slotId, box);
  changedLayer(room, slot.layerId).add(box);
  box.place = { kind: "slot", slotId };
  box.visit++;
  return null;
}

/** Moves a box without anybody being told; nothing changes when it does not fit. */
export function moveBox(room: BoxRoom, layout: Layout, epc: string, slotId: string): BoxFault | null {
  const box = room.byEpc.get(epc);
  if (!box) return "no-such-box";
  const slot = layout.slotById.get(slotId);
  if (!slot) return "no-such-slot";
  const fault = fits(room, box, slot);
  if (fault) return fault;
  if (box.place.kind === "slot") leaveSlot(room, layout, box);
  box.place = { kind: "outside" };
  return putBox(room, layout, epc, slotId);
}

/** Adds a tag that is in no delivery, e.g. a stray box of another archive. */
export function bringBox(room: BoxRoom, epc: string, thicknessMm: number): void {
  if (!room.byEpc.has(epc)) room.byEpc.set(epc, { epc, thicknessMm, place: { kind: "outside" }, visit: 0 });
}

/** Takes a box out of the room altogether. */
export function carryOut(room: BoxRoom, layout: Layout, epc: string): BoxFault | null {
  const box = room.byEpc.get(epc);
  if (!box) return "no-such-box";
  if (box.place.kind === "slot") leaveSlot(room, layout, box);
  box.place = { kind: "outside" };
  return null;
}

function fits(room: BoxRoom, box: TwinBox, slot: Slot): BoxFault | null {
  if (room.bySlot.has(slot.id)) return "slot-taken";
  return box.thicknessMm > slot.widthMm ? "too-thick" : null;
}

function leaveSlot(room: BoxRoom, layout: Layout, box: TwinBox): void {
  if (box.place.kind !== "slot") return;
  room.bySlot.delete(box.place.slotId);
  const slot = layout.slotById.get(box.place.slotId);
  if (slot) changedLayer(room, slot.layerId).delete(box);
}

function changedLayer(room: BoxRoom, layerId: string): Set<TwinBox> {
  room.revisions.set(layerId, (room.revisions.get(layerId) ?? 0) + 1);
  const set = room.byLayer.get(layerId) ?? new Set<TwinBox>();
  room.byLayer.set(layerId, set);
  return set;
}
