/** Rows against each other: what a file says twice must agree. Keeps keys only, so that a long file stays small in memory. */
import type { ImportedBox, ImportRow, RowFault } from "./check-row.ts";

export interface FileChecker {
  /** Faults of this row against those before it. */
  check(value: ImportRow): RowFault[];
}

export function fileChecker(): FileChecker {
  const rowOfRecord = new Map<string, number>();
  const boxOf = new Map<string, { row: number; text: string }>();
  const barcodeOfEpc = new Map<string, { row: number; barcode: string }>();
  const barcodeOfSlot = new Map<string, { row: number; barcode: string }>();

  function check({ row, record, box }: ImportRow): RowFault[] {
    const faults: RowFault[] = [];
    if (record) {
      const first = rowOfRecord.get(record.recordNo);
      if (first !== undefined)
        faults.push({
          row,
          column: "recordNo",
          code: "row-twice",
          params: { column: "档案号", value: record.recordNo, row: first },
        });
      else rowOfRecord.set(record.recordNo, row);
    }
    if (box) faults.push(...checkBox(row, box));
    return faults;
  }

  function checkBox(row: number, box: ImportedBox): RowFault[] {
    const faults: RowFault[] = [];
    const text = JSON.stringify([box.thicknessMm, box.epc, box.slotId, box.homeSlotId]);
    const same = boxOf.get(box.barcode);
    // Further records of a box may repeat its columns or leave them empty; they may not contradict.
    const isBare = box.thicknessMm === null && box.epc === null && box.slotId === null;
    if (same) {
      if (!isBare && same.text !== text)
        faults.push({
          row,
          column: "barcode",
          code: "row-box-differs",
          params: { barcode: box.barcode, row: same.row },
        });
      return faults;
    }
    boxOf.set(box.barcode, { row, text });
    if (box.epc) {
      const other = barcodeOfEpc.get(box.epc);
      if (other)
        faults.push({
          row,
          column: "epc",
          code: "row-twice",
          params: { column: "标签EPC", value: box.epc, row: other.row },
        });
      else barcodeOfEpc.set(box.epc, { row, barcode: box.barcode });
    }
    if (box.slotId) {
      const other = barcodeOfSlot.get(box.slotId);
      if (other)
        faults.push({
          row,
          column: "locationCode",
          code: "row-twice",
          params: { column: "架位编码", value: box.slotId, row: other.row },
        });
      else barcodeOfSlot.set(box.slotId, { row, barcode: box.barcode });
    }
    return faults;
  }

  return { check };
}
