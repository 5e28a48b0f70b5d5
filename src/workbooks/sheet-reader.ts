import { serialToDate } from "hucre";
import { Refusal } from "../contract/errors.ts";
import { cellCharsMax, type TableRow } from "./limits.ts";
import { attribute, type XmlEvents, XmlFault } from "./xml-reader.ts";

interface SheetWords {
  texts: readonly string[];
  /** By the number of a cell's style. */
  isDate: readonly boolean[];
  is1904: boolean;
  cellsMax: number;
}

const columnsMax = 16_384;
const rowsMax = 1_048_576;

/** Collects rows while a sheet's XML is read (18.3.1.73): only non-empty cells are kept, wherever they are. */
export function sheetReader(words: SheetWords, onRow: (row: TableRow) => void): XmlEvents {
  let row = 0;
  let rowsSeen = 0;
  let column = -1;
  let cells = new Map<number, string>();
  let cellsSeen = 0;
  let attributes = "";
  let value = "";
  let isInSheet = false;
  let isValue = false;
  let isReading = false;

  function open(name: string, of: string): void {
    if (name === "sheetData") isInSheet = true;
    else if (!isInSheet) return;
    else if (name === "row") {
      const given = attribute(of, "r");
      row = given === undefined ? row + 1 : Number(given);
      // A row number that repeats again and again counts against the limit as well.
      if (++rowsSeen > rowsMax) throw new XmlFault("more rows than a sheet has");
      if (!(Number.isInteger(row) && row >= 1 && row <= rowsMax)) throw new XmlFault("a row that no sheet has");
      column = -1;
      cells = new Map();
    } else if (name === "c") {
      if (++cellsSeen > words.cellsMax) throw new Refusal("import-too-many-cells", { cellsMax: words.cellsMax });
      attributes = of;
      const given = attribute(of, "r");
      column = given === undefined ? column + 1 : columnOf(given);
      if (column >= columnsMax) throw new XmlFault("a column that no sheet has");
      value = "";
    } else if (name === "v" || name === "t") isValue = true;
    else if (name === "rPh") isReading = true;
  }

  function close(name: string): void {
    if (name === "sheetData") isInSheet = false;
    else if (name === "v" || name === "t") isValue = false;
    else if (name === "rPh") isReading = false;
    else if (name === "c" && isInSheet) {
      const text = textOf(attribute(attributes, "t") ?? "n", value).trim();
      if (text !== "") cells.set(column, text);
    } else if (name === "row" && isInSheet) onRow({ row, cells });
  }

  function sharedText(said: string): string {
    if (said.trim() === "") return "";
    const text = words.texts[Number(said)];
    if (text === undefined) throw new XmlFault(`text ${said} of the shared ones is not there`);
    return text;
  }

  function textOf(type: string, said: string): string {
    if (type === "s") return sharedText(said);
    if (type === "b") return said === "" ? "" : String(said === "1" || said.toLowerCase() === "true");
    if (type === "n") return numberText(said);
    // An ISO date (type d), a formula's text, a text of its own, or the name of an error.
    return type === "e" || type === "d" ? said : withoutEscapes(said);
  }

  function numberText(said: string): string {
    const number = Number(said);
    if (said.trim() === "" || Number.isNaN(number)) return said;
    const style = Number(attribute(attributes, "s") ?? 0);
    // Without its formats it is unknown whether this is a day or a number.
    if (style > 0 && words.isDate.length === 0) throw new XmlFault(`format ${style} is not there`);
    if (!words.isDate[style]) return String(number);
    const date = serialToDate(number, words.is1904);
    return Number.isNaN(date.getTime()) ? said : date.toISOString().slice(0, 10);
  }

  return {
    open,
    close,
    text(text) {
      if (isValue && !isReading && value.length < cellCharsMax) value += text.slice(0, cellCharsMax - value.length);
    },
  };
}

/** "XFD12" → 16383. */
export function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference) {
    const at = letter.charCodeAt(0) & ~0x20;
    if (at < 65 || at > 90) break;
    column = column * 26 + at - 64;
    if (column > columnsMax) break;
  }
  if (column === 0) throw new XmlFault(`a cell at ${reference.slice(0, 20)}`);
  return column - 1;
}

/** Characters that XML cannot hold are written `_x000D_` (22.9.2.19). */
export function withoutEscapes(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
