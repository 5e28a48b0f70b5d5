/** Checks the tables by themselves, and against the journal. */
import { canonicalJson } from "../../src/journal/hash-row.ts";
import type { Layout } from "../../src/site/layout.ts";
import type { Facts } from "./facts.ts";
import type { Fail } from "./motion-watch.ts";
import type { Replayed } from "./replay-journal.ts";

const openStates = new Set(["stored", "sent", "accepted"]);
const motions = new Set(["open", "close", "ventilate"]);

/** I1, I2 */
export function lookAtPlaces(layout: Layout, fail: Fail, facts: Facts): void {
  const bySlot = new Map<string, string>();
  const usedMm = new Map<string, number>();
  for (const box of facts.boxes) {
    const isOnePlace =
      (box.place === "slot") === (box.slotId !== null) && (box.place === "person") === (box.holderId !== null);
    if (!isOnePlace) fail("I1", `${box.barcode}: ${box.place}, slot ${box.slotId}, holder ${box.holderId}`);
    const open = facts.loans.filter((loan) => loan.boxId === box.id && loan.returnedAtMs === null);
    if (open.length !== (box.place === "person" ? 1 : 0))
      fail("I1", `${box.barcode}: ${box.place} with ${open.length} open loans`);
    if (!box.slotId) continue;
    const other = bySlot.get(box.slotId);
    if (other) fail("I2", `${box.slotId} holds ${other} and ${box.barcode}`);
    bySlot.set(box.slotId, box.barcode);
    const slot = layout.slotById.get(box.slotId);
    if (!slot || box.thicknessMm > slot.widthMm)
      fail("I2", `${box.barcode} (${box.thicknessMm} mm) does not fit ${box.slotId}`);
    const layerId = slot?.layerId ?? "";
    usedMm.set(layerId, (usedMm.get(layerId) ?? 0) + box.thicknessMm);
  }
  for (const [layerId, mm] of usedMm) {
    const width = layout.layerById.get(layerId)?.usableWidthMm ?? 0;
    if (mm > width) fail("I2", `layer ${layerId} holds ${mm} mm of ${width}`);
  }
}

/** I4 */
export function lookAtGrants(epochs: Map<string, number>, fail: Fail, facts: Facts): void {
  for (const { areaKey, epoch } of facts.areas) {
    const before = epochs.get(areaKey) ?? 0;
    if (epoch < before) fail("I4", `${areaKey}: epoch ${epoch} after ${before}`);
    epochs.set(areaKey, Math.max(before, epoch));
    const open = facts.commands.filter(
      (one) => one.areaKey === areaKey && openStates.has(one.state) && motions.has(one.verb),
    );
    if (open.length > 1) fail("I4", `${areaKey}: ${open.length} open motions`);
    const ahead = facts.commands.find((one) => one.areaKey === areaKey && one.epoch > epoch);
    if (ahead) fail("I4", `${areaKey}: command ${ahead.id} of epoch ${ahead.epoch}, granted is ${epoch}`);
  }
}

/** I7 */
export function compareTables(replayed: Replayed, fail: Fail, facts: Facts): void {
  const same = (what: string, fromJournal: Map<string, unknown>, fromTable: Map<string, unknown>) =>
    compareMaps(fail, what, fromJournal, fromTable);
  same("boxes", replayed.boxes, new Map(facts.boxes.map(({ id, slotWidthMm: _, ...box }) => [id, box])));
  same("tags", replayed.tags, new Map(facts.tags.map(({ epc, boxId }) => [epc, boxId])));
  same("loans", replayed.loans, new Map(facts.loans.map(({ id, ...loan }) => [id, loan])));
  same("relocations", replayed.relocations, new Map(facts.relocations.map(({ id, state }) => [id, state])));
  same(
    "moves",
    replayed.moves,
    new Map(facts.moves.map(({ relocationId, no, ...move }) => [`${relocationId}/${no}`, move])),
  );
  same("stocktakes", replayed.stocktakes, new Map(facts.stocktakes.map(({ id, state }) => [id, state])));
  const stateOf = (state: string) => (openStates.has(state) ? "open" : state);
  same("locks", replayed.locks, new Map(facts.locks.map(({ id, ...lock }) => [id, lock])));
  same("commands", replayed.commands, new Map(facts.commands.map(({ id, state }) => [id, stateOf(state)])));
}

function compareMaps(
  fail: Fail,
  what: string,
  fromJournal: ReadonlyMap<string, unknown>,
  fromTable: ReadonlyMap<string, unknown>,
): void {
  for (const key of new Set([...fromJournal.keys(), ...fromTable.keys()])) {
    const [journal, table] = [fromJournal, fromTable].map((map) => canonicalJson(map.get(key)));
    if (journal === table) continue;
    fail("I7", `${what} ${key}: the journal says ${journal}, the table ${table}`);
    return;
  }
}
