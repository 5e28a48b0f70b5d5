/**
 * Reads a zip file by its directory (APPNOTE.TXT 6.3.10, 4.3 and 4.4; Python's zipfile reads it in the same order). Parts are
 * unpacked one by one in a stream, none beyond its limit, whatever size the file states.
 */
import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { Refusal } from "../contract/errors.ts";

export interface ZipPart {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  crc: number;
  packedBytes: number;
  /** Offset of its local header. */
  offset: number;
}

export class ZipFault extends Error {}

const endSignature = 0x06054b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const commentBytesMax = 0xffff;
const directoryBytesMax = 16 * 1024 * 1024;
const localBytes = 30;
const isEncrypted = 1;
const megabyte = 1024 * 1024;

/**
 * Parts by name. Throws ZipFault, import-encrypted. Small files may be Zip64 as well: a program that packs into a stream does not
 * know their sizes (4.3.14 and 4.5.3; SheetJS/sheetjs issue 2766 and zip-rs/zip-old issue 388 show such workbooks).
 */
export async function zipParts(file: FileHandle): Promise<Map<string, ZipPart>> {
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - endBytes - commentBytesMax), size);
  let end = tail.length - endBytes;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end--;
  if (end < 0) throw new ZipFault("no directory");
  const { bytes, from } = await placeOfDirectory(file, tail, end);
  if (from + bytes > size || bytes > directoryBytesMax) throw new ZipFault("a directory that cannot be");
  const directory = await read(file, from, from + bytes);
  const parts = new Map<string, ZipPart>();
  for (let at = 0; at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== directorySignature) throw new ZipFault("a directory that cannot be");
    const nameBytes = directory.readUInt16LE(at + 28);
    // Some packers of Windows write "xl\\workbook.xml", others "/xl/workbook.xml"; Excel reads both.
    const name = directory
      .toString("utf8", at + 46, at + 46 + nameBytes)
      .replaceAll("\\", "/")
      .replace(/^\/+/, "");
    if ((directory.readUInt16LE(at + 8) & isEncrypted) !== 0) throw new Refusal("import-encrypted");
    parts.set(name, {
      name,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      ...placeOfPart(directory, at, nameBytes),
    });
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return parts;
}

const isElsewhere = 0xffffffff;
const locatorSignature = 0x07064b50;
const end64Signature = 0x06064b50;
const zip64Field = 1;

async function placeOfDirectory(file: FileHandle, tail: Buffer, end: number): Promise<{ bytes: number; from: number }> {
  const bytes = tail.readUInt32LE(end + 12);
  const from = tail.readUInt32LE(end + 16);
  if (bytes !== isElsewhere && from !== isElsewhere) return { bytes, from };
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== locatorSignature) throw new ZipFault("no directory");
  const at = number64(tail, locator + 8);
  const record = await read(file, at, at + 56);
  if (record.length < 56 || record.readUInt32LE(0) !== end64Signature) throw new ZipFault("no directory");
  return { bytes: number64(record, 40), from: number64(record, 48) };
}

/** Values of 32 bits or, where these are all ones, of the extra field behind the name: sizes and offset, in this order. */
function placeOfPart(directory: Buffer, at: number, nameBytes: number): { packedBytes: number; offset: number } {
  const words = [at + 24, at + 20, at + 42].map((where) => directory.readUInt32LE(where));
  const extra = at + 46 + nameBytes;
  const extraEnd = Math.min(directory.length, extra + directory.readUInt16LE(at + 30));
  for (let field = extra; field + 4 <= extraEnd; field += 4 + directory.readUInt16LE(field + 2)) {
    if (directory.readUInt16LE(field) !== zip64Field) continue;
    let value = field + 4;
    for (const [i, word] of words.entries()) {
      if (word !== isElsewhere || value + 8 > extraEnd) continue;
      words[i] = number64(directory, value);
      value += 8;
    }
  }
  const [, packedBytes = 0, offset = 0] = words;
  return { packedBytes, offset };
}

function number64(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipFault("a place that cannot be");
  return Number(value);
}

/** The part's bytes, unpacked. Throws ZipFault, or import-too-large-inside when it grows past `mbMax`. */
export async function* unpacked(
  file: FileHandle,
  part: ZipPart,
  mbMax: number,
  onPacked: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const header = await read(file, part.offset, part.offset + localBytes);
  if (header.length < localBytes || header.readUInt32LE(0) !== localSignature)
    throw new ZipFault("a part is not there");
  const start = part.offset + localBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (part.packedBytes === 0) return;
  const packed = createReadStream("", { fd: file, start, end: start + part.packedBytes - 1, autoClose: false });
  if (part.method !== 0 && part.method !== 8) throw new ZipFault(`method ${part.method}`);
  // Errors come out of the iteration below.
  const bytes = part.method === 0 ? packed : pipeline(packed, createInflateRaw(), () => {});
  let size = 0;
  let sum = 0;
  for await (const piece of bytes as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > mbMax * megabyte) throw new Refusal("import-too-large-inside", { part: part.name, mbMax });
    sum = crc32(piece, sum);
    onPacked(packed.bytesRead);
    yield piece;
  }
  if (sum !== part.crc) throw new ZipFault(`${part.name} is damaged`);
}

async function read(file: FileHandle, from: number, until: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, until - from));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  return bytes.subarray(0, bytesRead);
}
