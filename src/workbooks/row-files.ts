/** Rows in a file, one JSON value a line: what a job and its gateway hand each other, read and written in small pieces. */

import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { finished } from "node:stream/promises";

const pieceCharsMax = 64 * 1024;

/** Returns how many; the file appears when it is whole (`<file>.partial` until then). */
export async function writeRowFile(file: string, rows: AsyncIterable<unknown> | Iterable<unknown>): Promise<number> {
  const stream = createWriteStream(`${file}.partial`, { mode: 0o600 });
  const done = finished(stream);
  // Told below, by whoever waits for it.
  done.catch(() => {});
  let count = 0;
  let piece = "";
  try {
    for await (const row of rows) {
      piece += `${JSON.stringify(row)}\n`;
      count++;
      if (piece.length < pieceCharsMax) continue;
      if (!stream.write(piece)) await Promise.race([once(stream, "drain"), done]);
      piece = "";
    }
    stream.end(piece);
    await done;
  } catch (error) {
    stream.destroy();
    throw error;
  }
  await rename(`${file}.partial`, file);
  return count;
}

/** Rows as they were written, in batches of one piece of the file. */
export async function* readRowFile<T>(file: string): AsyncGenerator<T[]> {
  let pending = "";
  const stream = createReadStream(file, { encoding: "utf8", highWaterMark: pieceCharsMax });
  for await (const piece of stream as AsyncIterable<string>) {
    const lines = (pending + piece).split("\n");
    pending = lines.pop() ?? "";
    if (lines.length > 0) yield lines.map((line) => JSON.parse(line) as T);
  }
}
