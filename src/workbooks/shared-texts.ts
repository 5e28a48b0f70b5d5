import type { FileHandle } from "node:fs/promises";
import { Refusal } from "../contract/errors.ts";
import { cellCharsMax, type TableLimits } from "./limits.ts";
import { readPart } from "./read-part.ts";
import { withoutEscapes } from "./sheet-reader.ts";
import type { ZipPart } from "./zip-file.ts";

/**
 * The texts that cells refer to by number (18.4.8): runs are joined, readings of Japanese characters (rPh) left out, as hucre and
 * tafia/calamine src/xlsx/mod.rs (`is_phonetic_text`) do.
 */
export async function readSharedTexts(file: FileHandle, part: ZipPart, limits: TableLimits): Promise<string[]> {
  const { sharedCharsMax, cellsMax } = limits;
  const texts: string[] = [];
  let current = "";
  let chars = 0;
  let isText = false;
  let isReading = false;
  await readPart(file, part, limits.partMbMax, {
    open(name) {
      if (name === "si") current = "";
      else if (name === "t") isText = true;
      else if (name === "rPh") isReading = true;
    },
    text(text) {
      if (!isText || isReading) return;
      chars += text.length;
      if (chars > sharedCharsMax) throw new Refusal("import-too-many-texts", { charsMax: sharedCharsMax });
      if (current.length < cellCharsMax) current += text.slice(0, cellCharsMax - current.length);
    },
    close(name) {
      if (name === "t") isText = false;
      else if (name === "rPh") isReading = false;
      else if (name === "si") {
        if (texts.length >= cellsMax) throw new Refusal("import-too-many-cells", { cellsMax });
        // A slice would keep the whole piece of the file in memory.
        // Copied as UTF-16: half a character stays half, and is a fault of its row.
        texts.push(Buffer.from(withoutEscapes(current), "utf16le").toString("utf16le"));
      }
    },
  });
  return texts;
}
