/**
 * Checks rows against each other: repeated values must agree. Keeps a few bytes for each key, so a long file needs little memory.
 */
import type { ImportedBox, ImportRow, RowFault } from "./check-row.ts";
import { keyTable, wordsOf } from "./key-table.ts";

/** Result of comparing a row with the earlier rows. */
export interface AgainstOthers {
  faults: RowFault[];
  /** Number (from 1, in the whole file) of the first row that names the same box; null if this is the first, or without a box. */
  boxFirst: number | null;
}

export interface FileChecker {
  /** `ordinal`: the row's number in the whole file, from 1. */
  check(value: ImportRow, ordinal: number): AgainstOthers;
}

export function fileChecker(rowsMax: number): FileChecker {
  const records = firstRows(rowsMax);
  const epcs = firstRows(rowsMax);
  const slots = firstRows(rowsMax);
  const boxes = firstBoxes(rowsMax);

  function check({ row, record, box }: ImportRow, ordinal: number): AgainstOthers {
    const faults: RowFault[] = [];
    if (record) {
      const first = records(record.recordNo, row);
      if (first !== null) faults.push(twice(row, "recordNo", "档案号", record.recordNo, first));
    }
    if (!box) return { faults, boxFirst: null };
    const same = boxes(box, row, ordinal);
    // Further records of a box may repeat its columns or leave them empty; they may not contradict.
    if (same) {
      const isBare = box.thicknessMm === null && box.epc === null && box.slotId === null;
      const params = { barcode: box.barcode, row: same.row };
      if (!isBare && !same.isAlike) faults.push({ row, column: "barcode", code: "row-box-differs", params });
      return { faults, boxFirst: same.ordinal };
    }
    const tagged = box.epc ? epcs(box.epc, row) : null;
    if (tagged !== null) faults.push(twice(row, "epc", "标签EPC", box.epc ?? "", tagged));
    const standing = box.slotId ? slots(box.slotId, row) : null;
    if (standing !== null) faults.push(twice(row, "locationCode", "架位编码", box.slotId ?? "", standing));
    return { faults, boxFirst: null };
  }

  return { check };
}

const twice = (row: number, column: RowFault["column"], title: string, value: string, first: number): RowFault => ({
  ...{ row, column, code: "row-twice" },
  params: { column: title, value, row: first },
});

/** The first row that had this key; null if this is the first. */
function firstRows(rowsMax: number): (key: string, row: number) => number | null {
  const keys = keyTable(rowsMax);
  let rowAt: Uint32Array | null = null;
  return (key, row) => {
    rowAt ??= new Uint32Array(keys.places);
    const { place, isNew } = keys.placeOf(key);
    if (!isNew) return rowAt[place] ?? 0;
    rowAt[place] = row;
    return null;
  };
}

interface FirstBox {
  row: number;
  ordinal: number;
  /** Both rows say the same about the box. */
  isAlike: boolean;
}

function firstBoxes(rowsMax: number): (box: ImportedBox, row: number, ordinal: number) => FirstBox | null {
  const keys = keyTable(rowsMax);
  /** For each key: its row, the row's number in the file, and two words of a hash of the row's values. */
  let said: Uint32Array | null = null;
  return (box, row, ordinal) => {
    said ??= new Uint32Array(keys.places * 4);
    const [a, b] = wordsOf(JSON.stringify([box.thicknessMm, box.epc, box.slotId, box.homeSlotId]));
    const { place, isNew } = keys.placeOf(box.barcode);
    const at = place * 4;
    if (!isNew) {
      const [firstRow = 0, firstOrdinal = 0, ...words] = said.subarray(at, at + 4);
      return { row: firstRow, ordinal: firstOrdinal, isAlike: words[0] === a && words[1] === b };
    }
    said.set([row, ordinal, a, b], at);
    return null;
  };
}
