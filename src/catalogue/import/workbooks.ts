/** Workbooks for people: the empty template, the faulty rows with their reasons, and an export that could be imported again. */
import { sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { sentence } from "../../contract/errors.ts";
import { inPages } from "../../storage/in-pages.ts";
import type { Sheet } from "../../workbooks/make-workbook.ts";
import type { Cell } from "../../workbooks/write-workbook.ts";
import { importColumns } from "./columns.ts";
import type { RefusedRow } from "./import-files.ts";

type Language = "zh" | "en";
const header = (language: Language) => importColumns.map((column) => column[language]);

const recordsName = (language: Language) => (language === "zh" ? "档案" : "Records");

export function templateSheet(language: Language): Sheet {
  return { name: recordsName(language), rows: [header(language)] };
}

/** Only the refused rows, unchanged, with a column that says why: correct them and import the file again. */
export function faultyRowsSheet(rows: AsyncIterable<RefusedRow> | Iterable<RefusedRow>, language: Language): Sheet {
  return { name: language === "zh" ? "问题行" : "Problems", rows: faultyRows(rows, language) };
}

async function* faultyRows(
  rows: AsyncIterable<RefusedRow> | Iterable<RefusedRow>,
  language: Language,
): AsyncGenerator<Cell[]> {
  yield [...header(language), language === "zh" ? "原行号" : "Row", language === "zh" ? "问题" : "Problem"];
  for await (const { row, raw, faults } of rows) {
    const problems = faults.map(({ code, params }) => sentence(code, language, params)).join(" ");
    yield [...importColumns.map(({ key }) => raw[key] ?? ""), row, problems];
  }
}

/** A page is one statement along an index (it selects its rows before it joins), and one uninterrupted step of this thread. */
const exportRowsAtOnce = 250;

/** Every record with its box, then boxes without a record, in the template's columns. */
export function exportSheet(context: Context, language: Language): Sheet {
  return { name: recordsName(language), rows: exportRows(context, language) };
}

type ExportedRow = Record<string, string | number | null>;

async function* exportRows(context: Context, language: Language): AsyncGenerator<Cell[]> {
  yield header(language);
  const codeOf = (slotId: unknown) => (slotId ? (context.layout.slotById.get(String(slotId))?.locationCode ?? "") : "");
  const cellsOf = (row: ExportedRow): Cell[] => {
    const state =
      row.state === null ? "" : language === "zh" ? (row.state === "closed" ? "销户" : "在用") : String(row.state);
    return importColumns.map(({ key }) => {
      if (key === "state") return state;
      if (key === "locationCode") return codeOf(row.slotId);
      if (key === "homeLocationCode") return codeOf(row.homeSlotId);
      return row[key] ?? "";
    });
  };
  for await (const rows of bareBoxes(context)) for (const row of rows) yield cellsOf(row);
  for await (const rows of recordsWithBoxes(context)) for (const row of rows) yield cellsOf(row);
}

/** Each page continues along an index: joining everything anew took the database a minute for 100 000 boxes. */
const recordsWithBoxes = ({ db }: Context) =>
  inPages(
    exportRowsAtOnce,
    (row: ExportedRow) => String(row.recordNo),
    (after, limit) =>
      db.execute<ExportedRow>(sql`
        SELECT r.record_no AS "recordNo", r.customer_no AS "customerNo", r.name, r.legal_entity_code AS "legalEntityCode",
          r.business_type AS "businessType", r.supply_office AS "supplyOffice", r.line, r.state, r.secrecy_level AS "secrecyLevel",
          b.barcode, b.thickness_mm AS "thicknessMm", t.epc, b.current_slot_id AS "slotId", b.home_slot_id AS "homeSlotId"
        FROM records r LEFT JOIN boxes b ON b.id = r.box_id LEFT JOIN tags t ON t.box_id = b.id AND t.unbound_at_ms IS NULL
        WHERE b.withdrawn_at_ms IS NULL AND r.record_no > ${after ?? ""}
        ORDER BY r.record_no LIMIT ${limit}`),
  );

const bareBoxes = ({ db }: Context) =>
  inPages(
    exportRowsAtOnce,
    (row: ExportedRow) => String(row.barcode),
    (after, limit) =>
      db.execute<ExportedRow>(sql`
        SELECT '' AS "recordNo", NULL AS "customerNo", NULL AS name, NULL AS state,
          b.barcode, b.thickness_mm AS "thicknessMm", t.epc, b.current_slot_id AS "slotId", b.home_slot_id AS "homeSlotId"
        FROM boxes b LEFT JOIN tags t ON t.box_id = b.id AND t.unbound_at_ms IS NULL
        WHERE b.withdrawn_at_ms IS NULL AND b.barcode > ${after ?? ""}
          AND NOT EXISTS (SELECT 1 FROM records r WHERE r.box_id = b.id)
        ORDER BY b.barcode LIMIT ${limit}`),
  );
