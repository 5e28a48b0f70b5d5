import type { FileHandle } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { type XmlEvents, xmlReader } from "./xml-reader.ts";
import { unpacked, type ZipPart } from "./zip-file.ts";

/** Parses the XML of one part into `events`; after each piece the caller takes what they collected, and gets the bytes read. */
export async function* partPieces(
  file: FileHandle,
  part: ZipPart,
  mbMax: number,
  events: XmlEvents,
): AsyncGenerator<number> {
  const reader = xmlReader(events);
  const text = new StringDecoder("utf8");
  let isFirst = true;
  let packedBytes = 0;
  const onPacked = (bytes: number) => {
    packedBytes = bytes;
  };
  for await (const bytes of unpacked(file, part, mbMax, onPacked)) {
    const piece = text.write(bytes);
    reader.push(isFirst ? piece.replace(/^\uFEFF/, "") : piece);
    isFirst = false;
    yield packedBytes;
  }
  reader.push(text.end());
  reader.end();
  yield part.packedBytes;
}

export async function readPart(file: FileHandle, part: ZipPart, mbMax: number, events: XmlEvents): Promise<void> {
  for await (const _ of partPieces(file, part, mbMax, events));
}
