/** Rows in a file, one JSON value a line: the exchange format between a job and the gateway, read and written in small pieces. */

import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { Refusal } from "../contract/errors.ts";

export type Row = unknown;

const lineEnd = 0x0a;
const pieceCharsMax = 64 * 1024;
const megabyte = 1024 * 1024;
/** Limit for what the gateway writes for one job. */
const preparedMbMax = 2_048;

export interface RowFileLimits {
  /** Called after each piece. */
  onRows?(rows: number): void;
  /** Aborted when nothing waits for the file any more. */
  signal?: AbortSignal;
  mbMax?: number;
}

/**
 * Returns the number of rows; the file appears when it is whole (`<file>.partial` until then). Throws job-stopped, job-too-large.
 */
export async function writeRowFile(
  file: string,
  rows: AsyncIterable<Row> | Iterable<Row>,
  { onRows, signal, mbMax = preparedMbMax }: RowFileLimits = {},
): Promise<number> {
  const stream = createWriteStream(`${file}.partial`, { mode: 0o600 });
  const done = finished(stream);
  // The caller that awaits `done` gets the error; this only avoids an unhandled rejection.
  done.catch(() => {});
  let count = 0;
  let piece = "";
  try {
    for await (const row of rows) {
      if (signal?.aborted) throw new Refusal("job-stopped", { kind: "rows" });
      piece += `${JSON.stringify(row)}\n`;
      count++;
      if (piece.length < pieceCharsMax) continue;
      if (stream.bytesWritten > mbMax * megabyte)
        throw new Refusal("job-too-large", { kind: "rows", resultMbMax: mbMax });
      if (!stream.write(piece)) await Promise.race([once(stream, "drain"), done]);
      onRows?.(count);
      piece = "";
    }
    stream.end(piece);
    await done;
  } catch (error) {
    stream.destroy();
    throw error;
  }
  await rename(`${file}.partial`, file);
  onRows?.(count);
  return count;
}

/** Writes several files, one after the other; `onRows` gets the total. */
export async function writeRowFiles(
  files: Iterable<readonly [file: string, rows: AsyncIterable<Row> | Iterable<Row>]>,
  { onRows, ...limits }: RowFileLimits,
): Promise<void> {
  let before = 0;
  for (const [file, rows] of files)
    before += await writeRowFile(file, rows, { ...limits, onRows: (count) => onRows?.(before + count) });
}

/** Counts the rows without parsing them. */
export async function countRows(file: string): Promise<number> {
  let count = 0;
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>)
    for (let at = piece.indexOf(lineEnd); at >= 0; at = piece.indexOf(lineEnd, at + 1)) count++;
  return count;
}

/** Rows as they were written, in batches of one piece of the file; `onBytes` is told how much of it was read. */
export async function* readRowFile<T>(file: string, onBytes?: (bytes: number) => void): AsyncGenerator<T[]> {
  let pending = "";
  const stream = createReadStream(file, { encoding: "utf8", highWaterMark: pieceCharsMax });
  for await (const piece of stream as AsyncIterable<string>) {
    const lines = (pending + piece).split("\n");
    pending = lines.pop() ?? "";
    onBytes?.(stream.bytesRead);
    if (lines.length > 0) yield lines.map((line) => JSON.parse(line) as T);
  }
}
