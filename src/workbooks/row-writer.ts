/** A file of rows that is written over several tries: each goes on where the one before is known to be whole. */
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Row } from "./row-files.ts";

/** How much of an unfinished file is whole, with its checksum: a power cut may leave other bytes there. */
export interface Written {
  rows: number;
  bytes: number;
  crc: number;
}

export interface RowWriter {
  write(row: Row): Promise<void>;
  /** Hands all rows so far to the operating system; returns the size and checksum. */
  flush(): Promise<Written>;
  /** The file gets its name unless it is not wanted any more. */
  end(isWanted: () => boolean): Promise<Written>;
  close(): Promise<void>;
}

const pieceCharsMax = 64 * 1024;
const nothing: Written = { rows: 0, bytes: 0, crc: 0 };

/**
 * `<file>.partial` until the end. An existing file is copied as far as `from` says and never written to: a try that only hung may
 * still have it open. Without `from`, or when its bytes differ, `begun` is empty and all rows come again.
 */
export async function rowWriter(file: string, from: Written | null): Promise<{ writer: RowWriter; begun: Written }> {
  const partial = `${file}.partial`;
  const fresh = `${file}.next`;
  let handle = await open(fresh, "w", 0o600);
  let written = from ? await copyWhole(partial, handle, from) : null;
  if (!written) {
    await handle.close();
    handle = await open(fresh, "w", 0o600);
    written = nothing;
  }
  await rename(fresh, partial);
  return { writer: writerOn(handle, file, written), begun: written };
}

function writerOn(handle: FileHandle, file: string, begun: Written): RowWriter {
  let { rows, bytes, crc } = begun;
  let piece = "";

  async function flush(): Promise<Written> {
    const more = Buffer.from(piece);
    piece = "";
    for (let at = 0; at < more.length; )
      at += (await handle.write(more, at, more.length - at, bytes + at)).bytesWritten;
    bytes += more.length;
    crc = crc32(more, crc);
    return { rows, bytes, crc };
  }

  return {
    async write(row) {
      piece += `${JSON.stringify(row)}\n`;
      rows++;
      if (piece.length >= pieceCharsMax) await flush();
    },
    flush,
    async end(isWanted) {
      const written = await flush();
      await handle.sync();
      await handle.close();
      if (!isWanted()) throw new Error("nobody waits for it");
      await rename(`${file}.partial`, file);
      return written;
    },
    close: () => handle.close(),
  };
}

/** Null when the bytes are not those that were recorded. */
async function copyWhole(path: string, into: FileHandle, whole: Written): Promise<Written | null> {
  let bytes = 0;
  let crc = 0;
  try {
    if (whole.bytes > 0)
      for await (const piece of createReadStream(path, { end: whole.bytes - 1 }) as AsyncIterable<Buffer>) {
        for (let at = 0; at < piece.length; )
          at += (await into.write(piece, at, piece.length - at, bytes + at)).bytesWritten;
        bytes += piece.length;
        crc = crc32(piece, crc);
      }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return bytes === whole.bytes && crc === whole.crc ? whole : null;
}
