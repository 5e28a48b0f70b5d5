/** The template's columns: one table for reading, checking, the template, the error file and the export. */
export const importColumns = [
  { key: "recordNo", zh: "档案号", en: "Record no" },
  { key: "customerNo", zh: "户号", en: "Customer no" },
  { key: "name", zh: "户名", en: "Name" },
  { key: "legalEntityCode", zh: "统一社会信用代码", en: "Legal entity code" },
  { key: "businessType", zh: "业务类型", en: "Business type" },
  { key: "supplyOffice", zh: "供电所", en: "Supply office" },
  { key: "line", zh: "线路", en: "Line" },
  { key: "state", zh: "状态", en: "State" },
  { key: "secrecyLevel", zh: "密级", en: "Secrecy level" },
  { key: "barcode", zh: "盒条码", en: "Box barcode" },
  { key: "thicknessMm", zh: "盒厚(mm)", en: "Thickness (mm)" },
  { key: "epc", zh: "标签EPC", en: "Tag EPC" },
  { key: "locationCode", zh: "架位编码", en: "Location code" },
  { key: "homeLocationCode", zh: "固定架位", en: "Home location code" },
] as const;

export type ColumnKey = (typeof importColumns)[number]["key"];

/** One row of a file as text, by column; columns without a value are left out. */
export type RawRow = Partial<Record<ColumnKey, string>>;

/** Which cell holds which column, from the header row; unknown headers are ignored. Null when none is known. */
export function readHeader(cells: ReadonlyMap<number, string>): Map<number, ColumnKey> | null {
  const known = new Map<string, ColumnKey>(
    importColumns.flatMap(({ key, zh, en }) => [key, zh, en].map((name) => [fold(name), key] as const)),
  );
  const keys = new Map<number, ColumnKey>();
  for (const [column, cell] of cells) {
    const key = known.get(fold(cell));
    if (key) keys.set(column, key);
  }
  return keys.size > 0 ? keys : null;
}

function fold(text: string): string {
  return text.normalize("NFKC").replace(/[\s*]/g, "").toLowerCase();
}
