/** Checks one row by itself: text in, a typed row or its faults out. Pure. checkBatch compares rows with the database. */
import type { ErrorCode } from "../../contract/errors.ts";
import { type ColumnKey, importColumns, type RawRow } from "./columns.ts";
import { isCreditCode } from "./credit-code.ts";

export interface RowFault {
  row: number;
  column: ColumnKey | null;
  code: ErrorCode;
  params: Record<string, string | number>;
}

export interface ImportedRecord {
  recordNo: string;
  customerNo: string;
  name: string;
  legalEntityCode: string | null;
  businessType: string | null;
  supplyOffice: string | null;
  line: string | null;
  state: "active" | "closed";
  secrecyLevel: string;
}

export interface ImportedBox {
  barcode: string;
  thicknessMm: number | null;
  epc: string | null;
  slotId: string | null;
  homeSlotId: string | null;
}

export interface ImportRow {
  row: number;
  record: ImportedRecord | null;
  box: ImportedBox | null;
}

/** The parts of a site that a single row is checked against. */
export interface SlotCodes {
  slotByCode: ReadonlyMap<string, { id: string; widthMm: number }>;
}

/** At most this many faults are kept for the error file; a file with more is the wrong file. */
export const faultsMax = 50_000;
const textCharsMax = 200;
const states: Record<string, "active" | "closed"> = {
  在用: "active",
  正常: "active",
  active: "active",
  销户: "closed",
  已销户: "closed",
  closed: "closed",
};
const zhOf = new Map<ColumnKey, string>(importColumns.map(({ key, zh }) => [key, zh]));

/** PostgreSQL takes neither U+0000 nor half a pair of surrogates: Excel's `_x0000_`, `&#xD800;` and UTF-16 bring both. */
export const isStorable = (text: string) => !text.includes("\0") && !/\p{Surrogate}/u.test(text);

/** Replaces characters that the database cannot store, and half characters that a cut left. */
export const storable = (text: string) => text.replace(/\p{Surrogate}/gu, "\uFFFD").replaceAll("\0", "\uFFFD");

const storableParams = (params: Record<string, string | number>) =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === "string" ? storable(value) : value]),
  );

export function checkRow(layout: SlotCodes, row: number, raw: RawRow): { value: ImportRow | null; faults: RowFault[] } {
  const faults: RowFault[] = [];
  const fault = (column: ColumnKey | null, code: ErrorCode, params: Record<string, string | number> = {}) => {
    faults.push({
      row,
      column,
      code,
      params: storableParams({ ...(column ? { column: zhOf.get(column) ?? column } : {}), ...params }),
    });
  };
  for (const [column, value] of Object.entries(raw)) {
    if (!isStorable(value)) fault(column as ColumnKey, "row-text-unusable", { value: value.slice(0, 20) });
    if (value.length > textCharsMax)
      fault(column as ColumnKey, "row-value-invalid", { value: `${value.slice(0, 20)}…` });
  }
  const record = recordOf(raw, fault);
  const box = boxOf(layout, raw, fault);
  if (!record && !box && faults.length === 0) fault(null, "row-empty");
  return faults.length > 0 ? { value: null, faults } : { value: { row, record, box }, faults };
}

type Fault = (column: ColumnKey | null, code: ErrorCode, params?: Record<string, string | number>) => void;

function recordOf(raw: RawRow, fault: Fault): ImportedRecord | null {
  const { customerNo, name } = raw;
  const recordNo = raw.recordNo ?? customerNo;
  if (!recordNo && !name) return null;
  if (!customerNo) fault("customerNo", "row-value-missing");
  else if (!/^[0-9A-Za-z-]{1,32}$/.test(customerNo)) fault("customerNo", "row-value-invalid", { value: customerNo });
  if (!name) fault("name", "row-value-missing");
  if (recordNo && !/^[\w.\-/·]{1,64}$/u.test(recordNo)) fault("recordNo", "row-value-invalid", { value: recordNo });
  const legalEntityCode = raw.legalEntityCode?.toUpperCase() ?? null;
  if (legalEntityCode && !/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(legalEntityCode))
    fault("legalEntityCode", "row-value-invalid", { value: legalEntityCode });
  else if (legalEntityCode && !isCreditCode(legalEntityCode))
    fault("legalEntityCode", "row-check-digit", { value: legalEntityCode });
  const state = raw.state === undefined ? "active" : states[raw.state.toLowerCase()];
  if (!state) fault("state", "row-value-invalid", { value: raw.state ?? "" });
  return {
    recordNo: recordNo ?? "",
    customerNo: customerNo ?? "",
    name: name ?? "",
    legalEntityCode,
    businessType: raw.businessType ?? null,
    supplyOffice: raw.supplyOffice ?? null,
    line: raw.line ?? null,
    state: state ?? "active",
    secrecyLevel: raw.secrecyLevel ?? "internal",
  };
}

function boxOf(layout: SlotCodes, raw: RawRow, fault: Fault): ImportedBox | null {
  if (!raw.barcode) {
    for (const column of ["thicknessMm", "epc", "locationCode", "homeLocationCode"] as const) {
      if (raw[column]) {
        fault("barcode", "row-value-missing");
        break;
      }
    }
    return null;
  }
  if (!/^[\x21-\x7e]{1,64}$/.test(raw.barcode)) fault("barcode", "row-value-invalid", { value: raw.barcode });
  const thicknessMm = raw.thicknessMm === undefined ? null : Number(raw.thicknessMm);
  if (thicknessMm !== null && !(Number.isInteger(thicknessMm) && thicknessMm >= 1 && thicknessMm <= 200)) {
    fault("thicknessMm", "row-value-invalid", { value: raw.thicknessMm ?? "" });
  }
  const epc = raw.epc?.toUpperCase() ?? null;
  if (epc && !(/^[0-9A-F]{4,124}$/.test(epc) && epc.length % 4 === 0))
    fault("epc", "row-value-invalid", { value: epc });
  const slotOf = (column: "locationCode" | "homeLocationCode") => {
    const code = raw[column];
    if (!code) return null;
    const slot = layout.slotByCode.get(code) ?? layout.slotByCode.get(code.toUpperCase());
    if (!slot) fault(column, "slot-unknown", { locationCode: code });
    else if (thicknessMm !== null && thicknessMm > slot.widthMm) {
      fault(column, "box-too-thick", { thicknessMm, locationCode: code, widthMm: slot.widthMm });
    }
    return slot?.id ?? null;
  };
  const slotId = slotOf("locationCode");
  return { barcode: raw.barcode, thicknessMm, epc, slotId, homeSlotId: slotOf("homeLocationCode") ?? slotId };
}
