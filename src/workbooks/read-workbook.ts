/**
 * The first sheet of a workbook (ECMA-376 part 1, 18.3 and 18.4), row by row and cell by cell as they are in the file: a cell in
 * column XFD (Excel's Solver leaves such) is one cell and no rectangle. A test compares with what hucre reads from the same
 * files.
 */
import type { FileHandle } from "node:fs/promises";
import { posix } from "node:path";
import { Refusal } from "../contract/errors.ts";
import type { TableLimits, TableRow } from "./limits.ts";
import { partPieces, readPart } from "./read-part.ts";
import { readSharedTexts } from "./shared-texts.ts";
import { sheetReader } from "./sheet-reader.ts";
import { readDateStyles } from "./styles.ts";
import { attribute, XmlFault } from "./xml-reader.ts";
import { type ZipPart, zipParts } from "./zip-file.ts";

/** Limit of the small parts: contents, relations, styles. */
const smallMbMax = 16;

/**
 * Rows in the pieces in which they come; `onShare` is told how much of the sheet was read. Throws the causes of import-unreadable
 * (ZipFault, XmlFault, errors of zlib), import-too-large-inside, import-too-many-cells.
 */
export async function* readWorkbook(
  file: FileHandle,
  limits: TableLimits,
  onShare: (share: number) => void = () => {},
): AsyncGenerator<TableRow[]> {
  const parts = await zipParts(file);
  const { sheetPath, textsPath, stylesPath, is1904 } = await findParts(file, parts);
  const sheet = parts.get(sheetPath);
  if (!sheet) throw new XmlFault("a workbook without a sheet");
  const textsPart = parts.get(textsPath);
  const stylesPart = parts.get(stylesPath);
  const texts = textsPart ? await readSharedTexts(file, textsPart, limits) : [];
  const isDate = stylesPart ? await readDateStyles(file, stylesPart, smallMbMax) : [];
  const rows: TableRow[] = [];
  const events = sheetReader({ texts, isDate, is1904, cellsMax: limits.cellsMax }, (row) => rows.push(row));
  for await (const packedBytes of partPieces(file, sheet, limits.partMbMax, events)) {
    onShare(sheet.packedBytes === 0 ? 1 : packedBytes / sheet.packedBytes);
    yield rows.splice(0);
  }
}

interface Places {
  sheetPath: string;
  textsPath: string;
  stylesPath: string;
  /** Days are counted from 1904 (older Macs). */
  is1904: boolean;
}

async function findParts(file: FileHandle, parts: ReadonlyMap<string, ZipPart>): Promise<Places> {
  const root = await relationsOf(file, parts, "");
  const bookPath = root.find((one) => one.type === "officeDocument")?.target ?? "xl/workbook.xml";
  const book = parts.get(bookPath);
  if (!book) throw new XmlFault("not a workbook");
  let sheetId: string | undefined;
  let is1904 = false;
  await readPart(file, book, smallMbMax, {
    open(name, attributes) {
      if (name === "workbookPr") is1904 = ["1", "true"].includes(attribute(attributes, "date1904") ?? "");
      // The relation id has a prefix; the attribute `sheetId` is another number.
      if (name === "sheet") sheetId ??= attribute(attributes, "id");
    },
    close() {},
    text() {},
  });
  const relations = await relationsOf(file, parts, bookPath);
  const pathOf = (type: string) => relations.find((one) => one.type === type)?.target ?? "";
  const sheetPath = relations.find((one) => one.id === sheetId && one.type === "worksheet")?.target;
  if (sheetPath === undefined) throw new XmlFault("a workbook without a sheet");
  return { sheetPath, textsPath: pathOf("sharedStrings"), stylesPath: pathOf("styles"), is1904 };
}

interface Relation {
  id: string;
  /** The last part of its address: the strict and the transitional form differ before it. */
  type: string;
  target: string;
}

async function relationsOf(file: FileHandle, parts: ReadonlyMap<string, ZipPart>, path: string): Promise<Relation[]> {
  const folder = posix.dirname(path) === "." ? "" : `${posix.dirname(path)}/`;
  const part = parts.get(`${folder}_rels/${posix.basename(path)}.rels`);
  if (!part) return [];
  const relations: Relation[] = [];
  await readPart(file, part, smallMbMax, {
    open(name, attributes) {
      if (name !== "Relationship" || relations.length >= 10_000) return;
      const target = attribute(attributes, "Target") ?? "";
      relations.push({
        id: attribute(attributes, "Id") ?? "",
        type: (attribute(attributes, "Type") ?? "").split("/").at(-1) ?? "",
        target: target.startsWith("/") ? target.slice(1) : posix.normalize(`${folder}${target}`),
      });
    },
    close() {},
    text() {},
  });
  return relations;
}

/** Turns any error that a damaged file causes into the one sentence that a person needs. */
export function unreadable(error: unknown): Error {
  return error instanceof Refusal ? error : new Refusal("import-unreadable");
}
