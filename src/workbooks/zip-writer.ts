/** Writes a zip file part by part (APPNOTE.TXT 6.3.10, 4.3.7 and 4.3.12), each deflated as it comes; sizes are added later. */
import { once } from "node:events";
import { open } from "node:fs/promises";
import { crc32, createDeflateRaw } from "node:zlib";

export interface ZipWriter {
  add(name: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void>;
  /** Writes the directory; returns the size of the file. */
  end(): Promise<number>;
}

interface Entry {
  name: Buffer;
  crc: number;
  packedBytes: number;
  bytes: number;
  offset: number;
}

/** A larger file would need Zip64. */
const bytesMax = 0xfffffffe;
/** 1 January 1980, midnight, so that equal rows make equal files. */
const dosDate = 0x21;
const utf8Names = 0x800;

export async function zipWriter(path: string): Promise<ZipWriter> {
  const file = await open(path, "w", 0o600);
  const entries: Entry[] = [];
  let at = 0;

  async function add(name: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
    const entry: Entry = { name: Buffer.from(name), crc: 0, packedBytes: 0, bytes: 0, offset: at };
    await file.write(localHeader(entry), 0, null, at);
    at += 30 + entry.name.length;
    const start = at;
    const deflate = createDeflateRaw({ level: 6 });
    const written = (async () => {
      for await (const packed of deflate as AsyncIterable<Buffer>) {
        await file.write(packed, 0, packed.length, at);
        at += packed.length;
      }
    })();
    written.catch(() => {});
    for await (const piece of pieces) {
      const bytes = Buffer.from(piece);
      entry.crc = crc32(bytes, entry.crc);
      entry.bytes += bytes.length;
      if (!deflate.write(bytes)) await Promise.race([once(deflate, "drain"), written]);
    }
    deflate.end();
    await written;
    entry.packedBytes = at - start;
    if (at > bytesMax || entry.bytes > bytesMax) throw new Error("a workbook of more than 4 GB");
    await file.write(localHeader(entry), 0, null, entry.offset);
    entries.push(entry);
  }

  async function end(): Promise<number> {
    const directory = Buffer.concat(entries.map(directoryEntry));
    const last = Buffer.alloc(22);
    last.writeUInt32LE(0x06054b50, 0);
    last.writeUInt16LE(entries.length, 8);
    last.writeUInt16LE(entries.length, 10);
    last.writeUInt32LE(directory.length, 12);
    last.writeUInt32LE(at, 16);
    await file.write(Buffer.concat([directory, last]), 0, null, at);
    await file.close();
    return at + directory.length + last.length;
  }

  return { add, end };
}

function localHeader({ name, crc, packedBytes, bytes }: Entry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  fill(header, 6, { crc, packedBytes, bytes, name });
  return Buffer.concat([header, name]);
}

function directoryEntry({ name, crc, packedBytes, bytes, offset }: Entry): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 6);
  fill(header, 8, { crc, packedBytes, bytes, name });
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}

/** The 24 bytes that both headers share. */
function fill(header: Buffer, at: number, { crc, packedBytes, bytes, name }: Omit<Entry, "offset">): void {
  header.writeUInt16LE(utf8Names, at);
  header.writeUInt16LE(8, at + 2);
  header.writeUInt16LE(dosDate, at + 6);
  header.writeUInt32LE(crc, at + 8);
  header.writeUInt32LE(packedBytes, at + 12);
  header.writeUInt32LE(bytes, at + 16);
  header.writeUInt16LE(name.length, at + 20);
}
