/** Rows of the files for people: the empty template, the faulty rows with their reasons, everything as it could be imported again. */
import { type SQL, sql } from "drizzle-orm";
import { sentence } from "../../contract/errors.ts";
import type { House } from "../../house.ts";
import type { Sheet } from "../../workbooks/make-workbook.ts";
import type { Cell } from "../../workbooks/write-workbook.ts";
import type { RowFault } from "./check-row.ts";
import { importColumns } from "./columns.ts";
import type { NumberedRow } from "./read-table.ts";

type Language = "zh" | "en";
const header = (language: Language) => importColumns.map((column) => column[language]);

const recordsName = (language: Language) => (language === "zh" ? "档案" : "Records");

export function templateSheet(language: Language): Sheet {
  return { name: recordsName(language), rows: [header(language)] };
}

/** Only the rows that were refused, as they were, with a column that says why: mend them and import the file again. */
export function faultyRowsSheet(
  rows: AsyncIterable<NumberedRow> | Iterable<NumberedRow>,
  faults: readonly RowFault[],
  language: Language,
): Sheet {
  return { name: language === "zh" ? "问题行" : "Problems", rows: faultyRows(rows, faults, language) };
}

async function* faultyRows(
  rows: AsyncIterable<NumberedRow> | Iterable<NumberedRow>,
  faults: readonly RowFault[],
  language: Language,
): AsyncGenerator<Cell[]> {
  yield [...header(language), language === "zh" ? "原行号" : "Row", language === "zh" ? "问题" : "Problem"];
  const byRow = new Map<number, RowFault[]>();
  for (const fault of faults) byRow.set(fault.row, [...(byRow.get(fault.row) ?? []), fault]);
  for await (const { row, raw } of rows) {
    const why = byRow.get(row);
    if (!why) continue;
    const problems = why.map(({ code, params }) => sentence(code, language, params)).join(" ");
    yield [...importColumns.map(({ key }) => raw[key] ?? ""), row, problems];
  }
}

/** A page is one statement along an index (its rows are taken before anything is joined to them), and one piece of work for this thread. */
const exportRowsAtOnce = 250;

/** Every record with its box, then boxes without a record, in the template's columns. */
export function exportSheet(house: House, language: Language): Sheet {
  return { name: recordsName(language), rows: exportRows(house, language) };
}

type ExportRow = Record<string, string | number | boolean | null>;

async function* exportRows(house: House, language: Language): AsyncGenerator<Cell[]> {
  yield header(language);
  const codeOf = (slotId: unknown) => (slotId ? (house.layout.slotById.get(String(slotId))?.locationCode ?? "") : "");
  for await (const row of pagesOf(house, recordsAfter, "recordNo")) {
    const closed = row.state === "closed" ? "销户" : "在用";
    const state = language === "zh" ? closed : String(row.state);
    if (!row.isWithdrawn) yield cellsOf({ ...row, state });
  }
  for await (const row of pagesOf(house, boxesAfter, "barcode")) if (!row.hasRecord) yield cellsOf(row);

  function cellsOf(row: ExportRow): Cell[] {
    return importColumns.map(({ key }) => {
      if (key === "locationCode") return codeOf(row.slotId);
      if (key === "homeLocationCode") return codeOf(row.homeSlotId);
      return (row[key] as string | number | null) ?? "";
    });
  }
}

async function* pagesOf(house: House, page: (after: string) => SQL, key: string): AsyncGenerator<ExportRow> {
  for (let after = ""; ; ) {
    const rows = await house.db.execute<ExportRow>(page(after));
    yield* rows;
    if (rows.length < exportRowsAtOnce) return;
    after = String(rows.at(-1)?.[key]);
  }
}

const ofBox = sql.raw(`b.barcode, b.thickness_mm AS "thicknessMm", t.epc, b.current_slot_id AS "slotId",
  b.home_slot_id AS "homeSlotId"`);
const withTag = sql.raw("LEFT JOIN tags t ON t.box_id = b.id AND t.unbound_at_ms IS NULL");

const recordsAfter = (after: string) => sql`
  SELECT r.record_no AS "recordNo", r.customer_no AS "customerNo", r.name, r.legal_entity_code AS "legalEntityCode",
    r.business_type AS "businessType", r.supply_office AS "supplyOffice", r.line, r.state, r.secrecy_level AS "secrecyLevel",
    b.withdrawn_at_ms IS NOT NULL AS "isWithdrawn", ${ofBox}
  FROM (SELECT * FROM records WHERE record_no > ${after} ORDER BY record_no LIMIT ${exportRowsAtOnce}) r
    LEFT JOIN boxes b ON b.id = r.box_id ${withTag}
  ORDER BY r.record_no`;

const boxesAfter = (after: string) => sql`
  SELECT EXISTS (SELECT 1 FROM records r WHERE r.box_id = b.id) AS "hasRecord", ${ofBox}
  FROM (SELECT * FROM boxes WHERE barcode > ${after} AND withdrawn_at_ms IS NULL ORDER BY barcode LIMIT ${exportRowsAtOnce}) b
    ${withTag}
  ORDER BY b.barcode`;
