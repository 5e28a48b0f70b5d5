/**
 * A zip file by its directory (APPNOTE.TXT 6.3.10, 4.3 and 4.4; Python's zipfile reads it in the same order): the parts are
 * unpacked one by one in a stream, and none further than it may grow, whatever it says of itself.
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
  /** Of its local header. */
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

/** Parts by name. Throws ZipFault; larger than 4 GB (Zip64) is none of ours. */
export async function zipParts(file: FileHandle): Promise<Map<string, ZipPart>> {
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - endBytes - commentBytesMax), size);
  let end = tail.length - endBytes;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end--;
  if (end < 0) throw new ZipFault("no directory");
  const bytes = tail.readUInt32LE(end + 12);
  const from = tail.readUInt32LE(end + 16);
  if (from + bytes > size || bytes > directoryBytesMax) throw new ZipFault("a directory that cannot be");
  const directory = await read(file, from, from + bytes);
  const parts = new Map<string, ZipPart>();
  for (let at = 0; at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== directorySignature) throw new ZipFault("a directory that cannot be");
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString("utf8", at + 46, at + 46 + nameBytes);
    if ((directory.readUInt16LE(at + 8) & isEncrypted) !== 0) throw new ZipFault("it is encrypted");
    parts.set(name, {
      name,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      packedBytes: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return parts;
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
