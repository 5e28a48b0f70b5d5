import type { FileHandle } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { type XmlEvents, xmlReader } from "./xml-reader.ts";
import { unpacked, type ZipPart } from "./zip-file.ts";

/** Reads the XML of one part into `events`; what these have gathered is yielded to the caller after each piece. */
export async function* partPieces(
  file: FileHandle,
  part: ZipPart,
  mbMax: number,
  events: XmlEvents,
): AsyncGenerator<void> {
  const reader = xmlReader(events);
  const text = new StringDecoder("utf8");
  let isFirst = true;
  for await (const bytes of unpacked(file, part, mbMax)) {
    const piece = text.write(bytes);
    reader.push(isFirst ? piece.replace(/^\uFEFF/, "") : piece);
    isFirst = false;
    yield;
  }
  reader.push(text.end());
  reader.end();
  yield;
}

export async function readPart(file: FileHandle, part: ZipPart, mbMax: number, events: XmlEvents): Promise<void> {
  for await (const _ of partPieces(file, part, mbMax, events));
}
