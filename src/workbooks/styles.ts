import type { FileHandle } from "node:fs/promises";
import { isDateFormat } from "hucre";
import { readPart } from "./read-part.ts";
import { attribute } from "./xml-reader.ts";
import type { ZipPart } from "./zip-file.ts";

/** Built-in date formats that have a number and no text (18.8.30), those of East Asia included. */
const isBuiltInDate = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
const stylesMax = 100_000;

/** By the number of a cell's style: whether its value is a date. */
export async function readDateStyles(file: FileHandle, part: ZipPart, mbMax: number): Promise<boolean[]> {
  const isDateOf = new Map<number, boolean>();
  const isDate: boolean[] = [];
  let isInCells = false;
  await readPart(file, part, mbMax, {
    open(name, attributes) {
      if (name === "numFmt")
        isDateOf.set(
          Number(attribute(attributes, "numFmtId")),
          isDateFormat(attribute(attributes, "formatCode") ?? ""),
        );
      else if (name === "cellXfs") isInCells = true;
      else if (name === "xf" && isInCells && isDate.length < stylesMax) {
        const id = Number(attribute(attributes, "numFmtId") ?? 0);
        isDate.push(isDateOf.get(id) ?? isBuiltInDate(id));
      }
    },
    close(name) {
      if (name === "cellXfs") isInCells = false;
    },
    text() {},
  });
  return isDate;
}
