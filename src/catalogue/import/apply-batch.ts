/** Compares one batch with the database to decide what each row would do and, unless it is a dry run, does it. */
import type { Context } from "../../context.ts";
import { searchTextOf } from "../../lookup/search-text.ts";
import type { Tx } from "../../storage/db.ts";
import { insertRows } from "../../storage/insert-rows.ts";
import { boxes, records, tags } from "../../storage/schema/catalogue.ts";
import type { ImportedBox, ImportRow, RowFault } from "./check-row.ts";
import { type Known, knownTo } from "./known-to.ts";

export interface BatchOutcome {
  created: number;
  changed: number;
  unchanged: number;
  faults: RowFault[];
  /** The written values, which become the journal row's body. */
  written: { boxes: WrittenBox[]; records: WrittenRecord[] };
}

export interface WrittenBox {
  id: string;
  barcode: string;
  thicknessMm: number;
  slotId: string | null;
  homeSlotId: string | null;
  epc: string | null;
}

export interface WrittenRecord {
  id: string;
  version: number;
  recordNo: string;
  customerNo: string;
  name: string;
  legalEntityCode: string | null;
  businessType: string | null;
  supplyOffice: string | null;
  line: string | null;
  state: "active" | "closed";
  secrecyLevel: string;
  boxId: string | null;
}

export const batchRowsMax = 1_000;

export interface BatchRow extends ImportRow {
  /** The row's number in the whole file, from 1. */
  ordinal: number;
  /** `ordinal` of the first row that names the same box. */
  boxOrdinal: number;
}

export interface BatchSettings {
  atMs: number;
  isDryRun: boolean;
  /** An earlier row of this file has created its box or agreed with it, so the box is not judged again. */
  cameBefore(row: BatchRow): boolean;
}

export async function applyBatch(
  context: Context,
  tx: Tx,
  rows: readonly BatchRow[],
  { atMs, isDryRun, cameBefore }: BatchSettings,
): Promise<BatchOutcome> {
  const known = await knownTo(tx, rows);
  const outcome: BatchOutcome = {
    created: 0,
    changed: 0,
    unchanged: 0,
    faults: [],
    written: { boxes: [], records: [] },
  };
  const newBoxIds = new Map<string, string>();
  for (const row of rows) {
    // A box is judged once for each file, however that is cut into batches: it may have been moved since its first row, which is
    // no fault.
    const before = row.box ? known.boxes.get(row.box.barcode) : undefined;
    const isJudged = cameBefore(row) && (before ? !before.isWithdrawn : isDryRun);
    const isMade = row.box !== null && newBoxIds.has(row.box.barcode);
    const faults = row.box && !isMade && !isJudged ? boxFaults(context, known, row.row, row.box) : [];
    if (faults.length > 0) {
      outcome.faults.push(...faults);
      continue;
    }
    let isNew = false;
    let boxId: string | null = null;
    if (row.box) {
      const { barcode } = row.box;
      boxId = before?.id ?? newBoxIds.get(barcode) ?? null;
      if (boxId === null && isJudged) {
        // In a dry run a later batch needs an id too; the real run would find the box in the database.
        boxId = context.newId();
        newBoxIds.set(barcode, boxId);
      } else if (boxId === null) {
        boxId = context.newId();
        newBoxIds.set(barcode, boxId);
        outcome.written.boxes.push(boxToWrite(boxId, row.box));
        isNew = true;
      }
    }
    let isChanged = false;
    if (row.record) {
      const old = known.records.get(row.record.recordNo);
      const after = { ...row.record, boxId: boxId ?? old?.boxId ?? null };
      if (!old) isNew = true;
      else isChanged = (Object.keys(after) as (keyof typeof after)[]).some((key) => after[key] !== old[key]);
      if (!old || isChanged)
        outcome.written.records.push({
          id: old?.id ?? context.newId(),
          version: (old?.version ?? 0) + 1,
          ...after,
        });
    }
    if (isNew) outcome.created++;
    else if (isChanged) outcome.changed++;
    else outcome.unchanged++;
  }
  if (!isDryRun) await write(tx, context, outcome.written, atMs);
  return outcome;
}

function boxToWrite(id: string, box: ImportedBox): WrittenBox {
  return {
    id,
    barcode: box.barcode,
    thicknessMm: box.thicknessMm ?? 0,
    slotId: box.slotId,
    homeSlotId: box.homeSlotId,
    epc: box.epc,
  };
}

/** Conflicts of this box with the database: an import creates boxes, it never moves or re-tags an existing one. */
function boxFaults(context: Context, known: Known, row: number, box: ImportedBox): RowFault[] {
  const faults: RowFault[] = [];
  const before = known.boxes.get(box.barcode);
  const codeOf = (slotId: string | null) =>
    slotId ? (context.layout.slotById.get(slotId)?.locationCode ?? slotId) : "—";
  // A withdrawn box gets this one fault only.
  if (before?.isWithdrawn) return [{ row, column: "barcode", code: "box-withdrawn", params: { barcode: box.barcode } }];
  if (!before && box.thicknessMm === null)
    faults.push({ row, column: "thicknessMm", code: "row-value-missing", params: { column: "盒厚(mm)" } });
  if (before && box.slotId && before.slotId !== box.slotId) {
    faults.push({
      row,
      column: "locationCode",
      code: "row-place-differs",
      params: { barcode: box.barcode, locationCode: codeOf(before.slotId) },
    });
  }
  if (before && box.epc && before.epc !== box.epc) {
    faults.push({
      row,
      column: "epc",
      code: "row-tag-differs",
      params: { barcode: box.barcode, epc: before.epc ?? "—" },
    });
  }
  const tagged = box.epc ? known.barcodeOfEpc.get(box.epc) : undefined;
  if (tagged && tagged !== box.barcode)
    faults.push({ row, column: "epc", code: "tag-taken", params: { epc: box.epc ?? "", barcode: tagged } });
  const standing = box.slotId ? known.barcodeOfSlot.get(box.slotId) : undefined;
  if (standing && standing !== box.barcode) {
    faults.push({
      row,
      column: "locationCode",
      code: "slot-taken",
      params: { locationCode: codeOf(box.slotId), barcode: standing },
    });
  }
  const reserved = box.slotId && !before ? known.reservedSlots.get(box.slotId) : undefined;
  if (reserved)
    faults.push({
      row,
      column: "locationCode",
      code: "slot-reserved",
      params: { locationCode: codeOf(box.slotId), barcode: reserved },
    });
  return faults;
}

async function write(tx: Tx, context: Context, written: BatchOutcome["written"], atMs: number): Promise<void> {
  const { slotById } = context.layout;
  const boxRows = written.boxes.map(({ id, barcode, thicknessMm, homeSlotId, slotId }) => ({
    ...{ id, barcode, thicknessMm, homeSlotId },
    place: slotId === null ? ("unknown" as const) : ("slot" as const),
    currentSlotId: slotId,
    currentSlotWidthMm: slotId === null ? null : slotById.get(slotId)?.widthMm,
    ...{
      holderId: null,
      sinceMs: atMs,
      evidence: { by: "import" },
      version: 1,
      createdAtMs: atMs,
      withdrawnAtMs: null,
    },
  }));
  const tagRows = written.boxes.flatMap(({ id, epc }) =>
    epc === null ? [] : [{ id: context.newId(), epc, boxId: id, boundAtMs: atMs, unboundAtMs: null }],
  );
  const recordRows = written.records.map((record) => ({
    ...record,
    searchText: searchTextOf(record),
    updatedAtMs: atMs,
  }));
  await insertRows(tx, boxes, boxRows);
  await insertRows(tx, tags, tagRows);
  await insertRows(tx, records, recordRows, { orUpdateBy: [records.recordNo] });
}
