/** The job "write-workbook": files of rows to a workbook (ECMA-376 part 1, 18.3), in little memory. */
import { rename } from "node:fs/promises";
import { readRowFile } from "./row-files.ts";
import { zipWriter } from "./zip-writer.ts";

export type Cell = string | number;

export interface SheetFile {
  name: string;
  /** Rows of cells (row-files.ts). */
  rowsFile: string;
}

const sheetRowsMax = 1_048_576;
/** Excel's own limit of characters in a cell. */
const cellCharsMax = 32_767;
const pieceCharsMax = 64 * 1024;
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006";
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

export async function writeWorkbook(
  asked: { sheets: readonly SheetFile[]; file: string },
  onRow: (rows: number) => void,
): Promise<{ rows: number; bytes: number }> {
  const { sheets, file } = asked;
  const partial = `${file}.partial`;
  const zip = await zipWriter(partial);
  await zip.add("[Content_Types].xml", [contentTypes(sheets.length)]);
  await zip.add("_rels/.rels", [relations([`${office}/officeDocument`], ["xl/workbook.xml"])]);
  await zip.add("xl/workbook.xml", [workbook(sheets)]);
  const types = [...sheets.map(() => `${office}/worksheet`), `${office}/styles`];
  const targets = [...sheets.map((_, i) => `worksheets/sheet${i + 1}.xml`), "styles.xml"];
  await zip.add("xl/_rels/workbook.xml.rels", [relations(types, targets)]);
  await zip.add("xl/styles.xml", [styles]);
  let rows = 0;
  for (const [i, { rowsFile }] of sheets.entries())
    await zip.add(
      `xl/worksheets/sheet${i + 1}.xml`,
      sheetXml(rowsFile, () => onRow(++rows)),
    );
  const bytes = await zip.end();
  await rename(partial, file);
  return { rows, bytes };
}

async function* sheetXml(rowsFile: string, onRow: () => void): AsyncGenerator<string> {
  let piece = `${declaration}<worksheet xmlns="${main}"><sheetData>`;
  let row = 0;
  for await (const batch of readRowFile<Cell[]>(rowsFile)) {
    for (const cells of batch) {
      if (++row > sheetRowsMax) throw new Error(`a sheet has at most ${sheetRowsMax} rows`);
      piece += `<row r="${row}">${cells.map((cell, i) => cellXml(cell, `${columnName(i)}${row}`)).join("")}</row>`;
      onRow();
      if (piece.length < pieceCharsMax) continue;
      yield piece;
      piece = "";
    }
  }
  yield `${piece}</sheetData></worksheet>`;
}

function cellXml(cell: Cell, reference: string): string {
  if (cell === "") return "";
  if (typeof cell === "number" && Number.isFinite(cell)) return `<c r="${reference}"><v>${cell}</v></c>`;
  // A text stays a text, whatever it begins with: no cell of ours is a formula.
  const text = escaped(String(cell).slice(0, cellCharsMax));
  return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

/** 0 → A, 26 → AA. */
export function columnName(column: number): string {
  const rest = Math.trunc(column / 26);
  return `${rest > 0 ? columnName(rest - 1) : ""}${String.fromCharCode(65 + (column % 26))}`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Leaves out characters that XML cannot hold, and escapes what looks like an escape of Excel's. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are meant.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
      .replace(/[&<>"]/g, (one) => entities[one] as string)
      .replaceAll("\r", "_x000D_")
  );
}

const relations = (types: readonly string[], targets: readonly string[]) =>
  `${declaration}<Relationships xmlns="${packages}/relationships">${types
    .map((type, i) => `<Relationship Id="rId${i + 1}" Type="${type}" Target="${targets[i]}"/>`)
    .join("")}</Relationships>`;

const workbook = (sheets: readonly SheetFile[]) =>
  `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${sheets
    .map(({ name }, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
    .join("")}</sheets></workbook>`;

const spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml";

function contentTypes(sheets: number): string {
  const parts = [
    ["/xl/workbook.xml", "sheet.main"],
    ["/xl/styles.xml", "styles"],
    ...Array.from({ length: sheets }, (_, i) => [`/xl/worksheets/sheet${i + 1}.xml`, "worksheet"]),
  ];
  return `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${parts
    .map(([name, type]) => `<Override PartName="${name}" ContentType="${spreadsheet}.${type}+xml"/>`)
    .join("")}</Types>`;
}

/** The least that Excel opens without a complaint. */
const styles = `${declaration}<styleSheet xmlns="${main}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>`;
