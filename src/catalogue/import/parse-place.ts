/** How far the reading of a foreign file is, stored beside its unfinished rows: the next try goes on there. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import type { CsvPlace } from "../../workbooks/read-csv.ts";
import type { Written } from "../../workbooks/row-writer.ts";
import type { Header } from "./read-table.ts";

/** Version of the reading rules. Raise it whenever rows are read differently: rows of two versions must not be mixed. */
const readingOf = 1;

export interface ParsePlace {
  /** Size of the foreign file: the place in another file is ignored. */
  fileBytes: number;
  written: Written;
  header: Header | null;
  /** Where a CSV file goes on. A workbook cannot be unpacked from its middle: rows that were read before are skipped instead. */
  csv: CsvPlace | null;
}

const pathOf = (rowsFile: string) => `${rowsFile}.place`;

/** Null if there is none, or if another version of the program wrote it. */
export async function readParsePlace(rowsFile: string, fileBytes: number): Promise<ParsePlace | null> {
  try {
    const { reading, ...place } = JSON.parse(await readFile(pathOf(rowsFile), "utf8")) as ParsePlace & {
      reading: number;
    };
    return reading === readingOf && place.fileBytes === fileBytes ? place : null;
  } catch {
    return null;
  }
}

export async function keepParsePlace(rowsFile: string, place: ParsePlace): Promise<void> {
  const path = pathOf(rowsFile);
  await writeFile(`${path}.partial`, JSON.stringify({ reading: readingOf, ...place }), { mode: 0o600 });
  await rename(`${path}.partial`, path);
}

export const forgetParsePlace = (rowsFile: string) => rm(pathOf(rowsFile), { force: true });
