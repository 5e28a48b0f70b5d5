/** Detects a foreign file's format by its bytes, whatever its name: an .xlsx workbook, text, or a format mistaken for them. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Refusal } from "../contract/errors.ts";

export type FileForm = "workbook" | "text";

const zipMark = Buffer.from("PK");
/** Signature of a compound file ([MS-CFB] 2.2): .xls, and Office's wrapper around a workbook with a password. */
const compoundMark = Buffer.from("d0cf11e0a1b11ae1", "hex");
/** A stream of this name holds the encrypted workbook ([MS-OFFCRYPTO] 2.3.4.4); names are UTF-16. */
const encryptedName = Buffer.from("EncryptedPackage\0", "utf16le");
/** Directory entries, each beginning with its name, are at multiples of this ([MS-CFB] 2.6.1). */
const entryBytes = 128;

/** Throws import-old-workbook, import-encrypted. */
export async function formOf(path: string): Promise<FileForm> {
  const mark = await firstBytes(path, compoundMark.length);
  if (mark.subarray(0, zipMark.length).equals(zipMark)) return "workbook";
  if (!mark.equals(compoundMark)) return "text";
  throw new Refusal((await holdsEncrypted(path)) ? "import-encrypted" : "import-old-workbook");
}

async function holdsEncrypted(path: string): Promise<boolean> {
  let from = 0;
  // Pieces except the last are a multiple of an entry long, so no name is cut in two.
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let at = piece.indexOf(encryptedName); at >= 0; at = piece.indexOf(encryptedName, at + 1))
      if ((from + at) % entryBytes === 0) return true;
    from += piece.length;
  }
  return false;
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
