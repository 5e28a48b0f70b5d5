/** I1, I2, I4, I6–I10 and D over what the tables and the journal say after a step. */
import { createHash } from "node:crypto";
import type { JournalRow } from "../../src/contract/journal.ts";
import { journalKinds } from "../../src/contract/kinds/journal-rows.ts";
import { canonicalJson, firstPrevHash, hashRow } from "../../src/journal/hash-row.ts";
import type { Layout } from "../../src/site/layout.ts";
import { deltaWatch } from "./delta-watch.ts";
import type { Facts } from "./facts.ts";
import type { Fail } from "./motion-watch.ts";
import { emptyReplay, type Replayed, replayRows } from "./replay-journal.ts";

/** What happened in the step that these facts follow. */
export interface StepSeen {
  /** A verb succeeded, or nobody knows: then the tables may have changed. */
  mayChange: boolean;
  /** The gateway's clock at its earliest and latest. */
  fromMs: number;
  toMs: number;
}

export interface FactsWatch {
  /** A row was told to followers: from now on it must be in the database (I6). */
  published(row: JournalRow): void;
  look(facts: Facts, rows: readonly JournalRow[], step: StepSeen): void;
  readonly replayed: Replayed;
  readonly findingsTold: number;
}

const actors = /^(person:.+|system:.+|device:.+|gateway|panel|controller)$/;
const withReason = new Set([
  "box.placed",
  "box.taken",
  "relocation.planned",
  "relocation.picked",
  "relocation.placed",
  "relocation.skipped",
]);
const openStates = new Set(["stored", "sent", "accepted"]);
const motions = new Set(["open", "close", "ventilate"]);
const changeless = /^(aisle|area|slot|stocktake|import)\./;
/** Of these families, but only ever by a request; a delta stocktake begins by itself. */
const asked = new Set(["stocktake.started", "stocktake.decided"]);
const isByItself = ({ kind, body }: JournalRow) => kind === "stocktake.started" && body.kind === "delta";

export function factsWatch(layout: Layout, fail: Fail): FactsWatch {
  const heads = new Map<string, { revision: number; hash: string }>();
  const told: JournalRow[] = [];
  const stored = new Map<string, string>();
  const linesOf = new Map<string, string>();
  const epochs = new Map<string, number>();
  const replayed = emptyReplay();
  const deltas = deltaWatch(fail);
  let placesBefore: string | null = null;
  let faultsTold = 0;

  /** I8 */
  function readRow(row: JournalRow, step: StepSeen): void {
    const name = `${row.chain} ${row.revision} ${row.kind}`;
    const head = heads.get(row.chain) ?? { revision: 0, hash: firstPrevHash };
    if (row.revision !== head.revision + 1) fail("I8", `${name} follows ${head.revision}`);
    if (row.prevHash !== head.hash) fail("I8", `${name} does not name its predecessor`);
    if (hashRow(row) !== row.hash) fail("I8", `${name} has another hash`);
    heads.set(row.chain, { revision: row.revision, hash: row.hash });
    if (!actors.test(row.actor)) fail("I8", `${name} by "${row.actor}"`);
    if (!(journalKinds as readonly string[]).includes(row.kind)) fail("I8", `${name} is of no known kind`);
    if (row.atMs < step.fromMs || row.atMs > step.toMs)
      fail("I8", `${name} at ${row.atMs}, the step was ${step.fromMs}–${step.toMs}`);
    if (withReason.has(row.kind) && !row.reason) fail("I8", `${name} has no reason`);
    stored.set(`${row.chain}/${row.revision}`, row.hash);
  }

  /** I1, I2 */
  function lookAtPlaces(facts: Facts): void {
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
  function lookAtGrants(facts: Facts): void {
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
  function compare(facts: Facts): void {
    for (const fault of replayed.faults.slice(faultsTold)) fail("I7", fault);
    faultsTold = replayed.faults.length;
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

  function same(
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

  /** I9 and I10: what nobody asked for successfully has not happened, whatever was counted or heard. */
  function lookAtSilence(facts: Facts, rows: readonly JournalRow[], step: StepSeen): void {
    const { boxes, tags, loans, reservations, relocations, moves, people, recordsHash } = facts;
    const places = createHash("sha256")
      .update(
        JSON.stringify([
          boxes,
          tags,
          loans,
          reservations,
          relocations,
          moves,
          people,
          recordsHash,
          facts.stocktakes.filter(({ kind }) => kind === "full").length,
        ]),
      )
      .digest("hex");
    if (!step.mayChange && placesBefore !== null) {
      if (places !== placesBefore) fail("I9", "tables changed in a step whose every request was refused");
      const odd = rows.find((row) => !isByItself(row) && (!changeless.test(row.kind) || asked.has(row.kind)));
      if (odd) fail("I9", `${odd.kind} in a step whose every request was refused`);
    }
    placesBefore = places;
    for (const { id, linesHash } of facts.stocktakes) {
      if (linesHash === null) continue;
      const before = linesOf.get(id) ?? linesHash;
      if (before !== linesHash) fail("I10", `the result of stocktake ${id} changed`);
      linesOf.set(id, linesHash);
    }
    const byCount = boxes.find((box) => (box.evidence as { by?: string }).by === "stocktake");
    if (byCount) fail("I10", `a stocktake placed ${byCount.barcode}`);
  }

  return {
    published(row) {
      told.push(row);
    },
    look(facts, rows, step) {
      for (const row of rows) readRow(row, step);
      for (const row of told) {
        if (stored.get(`${row.chain}/${row.revision}`) === row.hash) continue;
        fail("I6", `${row.chain} ${row.revision} ${row.kind} was told to everybody and is not in the database`);
      }
      told.length = 0;
      replayRows(replayed, rows);
      lookAtPlaces(facts);
      lookAtGrants(facts);
      compare(facts);
      lookAtSilence(facts, rows, step);
      deltas.look(facts, rows);
    },
    replayed,
    get findingsTold() {
      return deltas.told;
    },
  };
}
