/** I7: the journal alone, applied row by row, gives every placement, loan, relocation, stocktake and command. Pure. */
import type { JournalRow } from "../../src/contract/journal.ts";

export interface ReplayedBox {
  barcode: string;
  thicknessMm: number;
  homeSlotId: string | null;
  place: string;
  slotId: string | null;
  holderId: string | null;
  sinceMs: number;
  evidence: unknown;
  version: number;
}
export interface ReplayedLoan {
  boxId: string;
  holderId: string;
  reason: string | null;
  takenAtMs: number;
  dueAtMs: number | null;
  returnedAtMs: number | null;
}
export interface ReplayedMove {
  boxId: string;
  fromSlotId: string;
  toSlotId: string;
  state: string;
  pickedAtMs: number | null;
  placedAtMs: number | null;
}
export interface ReplayedLock {
  areaKey: string;
  personId: string;
  reason: string;
  sinceMs: number;
}
export interface Replayed {
  boxes: Map<string, ReplayedBox>;
  tags: Map<string, string>;
  loans: Map<string, ReplayedLoan>;
  relocations: Map<string, string>;
  /** Key "<relocation>/<no>". */
  moves: Map<string, ReplayedMove>;
  stocktakes: Map<string, string>;
  /** Outcomes of settled commands; others are "open". */
  commands: Map<string, string>;
  /** Locks that are on, by id (S22). */
  locks: Map<string, ReplayedLock>;
  /** Steps that cannot happen in any history. */
  faults: string[];
}

export function emptyReplay(): Replayed {
  return {
    boxes: new Map(),
    tags: new Map(),
    loans: new Map(),
    relocations: new Map(),
    moves: new Map(),
    stocktakes: new Map(),
    commands: new Map(),
    locks: new Map(),
    faults: [],
  };
}

/** Rows of several chains, each in its order; a box's version number gives the order of its rows across chains. */
export function replayRows(into: Replayed, rows: readonly JournalRow[]): void {
  let waiting: JournalRow[] = [...rows];
  while (waiting.length > 0) {
    const later = waiting.filter((row) => !replayRow(into, row));
    if (later.length === waiting.length) {
      for (const row of later) into.faults.push(`${nameOf(row)}: version ${row.body.version} follows no other`);
      return;
    }
    waiting = later;
  }
}

const nameOf = (row: JournalRow) => `${row.chain} ${row.revision} ${row.kind}`;
const relocationStates = new Set(["relocation.started", "relocation.paused", "relocation.resumed", "relocation.ended"]);

const lockKinds = new Set<string>(["area.locked", "area.unlocked", "area.lock-taken-off"]);

/** False when another chain's row must come first. */
function replayRow(into: Replayed, row: JournalRow): boolean {
  const { kind, body } = row;
  if ("version" in body && "boxId" in body && "place" in body) {
    const before = into.boxes.get(String(body.boxId))?.version ?? 0;
    if (body.version !== before + 1) return false;
    placeBox(into, row);
  }
  if (kind === "import.batch") importBatch(into, row);
  else if (kind === "tag.bound") into.tags.set(String(body.epc), String(body.boxId));
  else if (kind === "tag.unbound") into.tags.delete(String(body.epc));
  else if (kind === "relocation.planned") plan(into, row);
  else if (relocationStates.has(kind)) setRelocation(into, row);
  else if (kind === "relocation.picked") move(into, row, "planned", { state: "picked", pickedAtMs: row.atMs });
  else if (kind === "relocation.placed") move(into, row, "picked", { state: "placed", placedAtMs: row.atMs });
  else if (kind === "relocation.skipped") move(into, row, null, { state: "skipped" });
  else if (kind === "stocktake.started") into.stocktakes.set(String(body.stocktakeId), "running");
  else if (kind.startsWith("stocktake.") && kind !== "stocktake.decided") setStocktake(into, row);
  else if (kind === "aisle.requested") into.commands.set(String(body.commandId), "open");
  else if (kind === "aisle.settled") settleCommand(into, row);
  else if (lockKinds.has(kind)) setLock(into, row);
  return true;
}

function placeBox(into: Replayed, row: JournalRow): void {
  const { boxId, from, loanId, dueAtMs } = row.body as {
    boxId: string;
    from?: ReplayedBox;
    loanId?: string;
    dueAtMs?: number | null;
  };
  const { barcode, thicknessMm, homeSlotId, place, slotId, holderId, sinceMs, evidence, version } =
    row.body as unknown as ReplayedBox;
  const before = into.boxes.get(boxId);
  if (before && (from?.place !== before.place || from.slotId !== before.slotId || from.holderId !== before.holderId))
    into.faults.push(`${nameOf(row)}: the box did not come from there`);
  into.boxes.set(boxId, { barcode, thicknessMm, homeSlotId, place, slotId, holderId, sinceMs, evidence, version });
  if (row.kind === "box.taken" && loanId) {
    const loan = { boxId, holderId: holderId ?? "", reason: row.reason, takenAtMs: row.atMs, dueAtMs: dueAtMs ?? null };
    into.loans.set(loanId, { ...loan, returnedAtMs: null });
  } else if (row.kind === "box.returned" && loanId) {
    const loan = into.loans.get(loanId);
    if (!loan || loan.returnedAtMs !== null) into.faults.push(`${nameOf(row)}: no such open loan`);
    else loan.returnedAtMs = row.atMs;
  }
}

function importBatch(into: Replayed, row: JournalRow): void {
  const boxes = row.body.boxes as {
    id: string;
    barcode: string;
    thicknessMm: number;
    slotId: string | null;
    homeSlotId: string | null;
    epc: string | null;
  }[];
  for (const { id, barcode, thicknessMm, slotId, homeSlotId, epc } of boxes) {
    if (into.boxes.has(id)) into.faults.push(`${nameOf(row)}: box ${id} was there before`);
    const place = slotId ? "slot" : "unknown";
    const evidence = { by: "import" };
    into.boxes.set(id, {
      barcode,
      thicknessMm,
      homeSlotId,
      place,
      slotId,
      holderId: null,
      sinceMs: row.atMs,
      evidence,
      version: 1,
    });
    if (epc) into.tags.set(epc, id);
  }
}

function plan(into: Replayed, row: JournalRow): void {
  const { relocationId, moves } = row.body as unknown as {
    relocationId: string;
    moves: (ReplayedMove & { no: number })[];
  };
  into.relocations.set(relocationId, "planned");
  for (const { no, boxId, fromSlotId, toSlotId } of moves)
    into.moves.set(`${relocationId}/${no}`, {
      boxId,
      fromSlotId,
      toSlotId,
      state: "planned",
      pickedAtMs: null,
      placedAtMs: null,
    });
}

function setRelocation(into: Replayed, row: JournalRow): void {
  const { relocationId, state } = row.body as { relocationId: string; state: string };
  const before = into.relocations.get(relocationId);
  if (before === undefined || before === "done" || before === "cancelled")
    into.faults.push(`${nameOf(row)}: ${before ?? "unknown"} becomes ${state}`);
  into.relocations.set(relocationId, state);
  for (const [key, one] of into.moves) {
    if (!key.startsWith(`${relocationId}/`)) continue;
    if (state === "cancelled" && one.state === "planned") one.state = "skipped";
    if ((state === "done" || state === "cancelled") && (one.state === "picked" || one.state === "planned"))
      into.faults.push(`${nameOf(row)}: move ${key} is still ${one.state}`);
  }
}

function move(into: Replayed, row: JournalRow, from: string | null, now: Partial<ReplayedMove>): void {
  const key = `${row.body.relocationId}/${row.body.no}`;
  const one = into.moves.get(key);
  const isLegal = one && (from ? one.state === from : one.state === "planned" || one.state === "picked");
  if (!one || !isLegal) into.faults.push(`${nameOf(row)}: move ${key} is ${one?.state ?? "unknown"}`);
  if (one) into.moves.set(key, { ...one, ...now });
}

function setStocktake(into: Replayed, row: JournalRow): void {
  const { stocktakeId, state } = row.body as { stocktakeId: string; state: string };
  const before = into.stocktakes.get(stocktakeId);
  if (before !== "running" && before !== "paused")
    into.faults.push(`${nameOf(row)}: ${before ?? "unknown"} becomes ${state}`);
  into.stocktakes.set(stocktakeId, state);
}

function settleCommand(into: Replayed, row: JournalRow): void {
  const { commandId, outcome } = row.body as { commandId: string; outcome: string };
  if (into.commands.get(commandId) !== "open") into.faults.push(`${nameOf(row)}: command ${commandId} is not open`);
  into.commands.set(commandId, outcome);
}

function setLock(into: Replayed, row: JournalRow): void {
  const { areaKey, lockId, holderId, locks } = row.body as {
    areaKey: string;
    lockId: string;
    holderId: string;
    locks: (ReplayedLock & { id: string })[];
  };
  const isOn = row.kind === "area.locked";
  if (into.locks.has(lockId) === isOn) into.faults.push(`${nameOf(row)}: lock ${lockId} is ${isOn ? "on" : "not on"}`);
  if ((row.kind === "area.lock-taken-off") === (row.actor === `person:${holderId}`))
    into.faults.push(`${nameOf(row)} by ${row.actor}`);
  const mine = locks.find((one) => one.id === lockId);
  if (isOn && mine) {
    const { personId, reason, sinceMs } = mine;
    into.locks.set(lockId, { areaKey, personId, reason, sinceMs });
  } else into.locks.delete(lockId);
  const left = [...into.locks].filter(([, one]) => one.areaKey === areaKey).map(([id]) => id);
  const named = locks.map(({ id }) => id);
  if (left.sort().join() !== named.sort().join()) into.faults.push(`${nameOf(row)}: names other locks than are on`);
}
