import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip, gunzipSync, constants as zlib } from "node:zlib";
import { type BackupHeader, type BackupTrailer, linesOf, newSum, unreadable } from "./backup-format.ts";
import { DatabaseError } from "./database-error.ts";

const batchRowsMax = 1_000;
const batchBytesMax = 4 * 1024 * 1024;

/** Receives the parts of a backup as it is read; tables come in the header's order. */
export interface BackupReader {
  header?(header: BackupHeader): Promise<void>;
  /** Lines of one table, each a JSON array of texts. */
  rows?(tableIndex: number, rows: readonly Buffer[]): Promise<void>;
  tableRead?(tableIndex: number): Promise<void>;
  /** Every byte of the file as it is on the disk. */
  stored?(bytes: Buffer): void;
}

/**
 * Reads a backup from its first byte to its last. Returns only when every count and the checksum are right; throws
 * backup-unreadable otherwise. Both restoring and checking use it.
 */
export async function readBackup(file: string, reader: BackupReader): Promise<BackupHeader> {
  const source = createReadStream(file);
  const plain = source.pipe(createGunzip());
  source.on("error", (error) => plain.destroy(error));
  if (reader.stored) source.on("data", (bytes) => reader.stored?.(bytes as Buffer));
  try {
    return await readLines(linesOf(plain), reader);
  } catch (error) {
    throw plainly(error);
  } finally {
    source.destroy();
    plain.destroy();
  }
}

/** zlib's and fs's errors carry codes like Z_DATA_ERROR and ENOENT; PostgreSQL's errors are passed on. */
function plainly(error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string };
  const isOfFile = code?.startsWith("Z_") || code === "ENOENT" || code === "EISDIR" || code === "EACCES";
  return isOfFile && !(error instanceof DatabaseError) ? unreadable(message, error) : error;
}

async function readLines(lines: AsyncGenerator<Buffer>, reader: BackupReader): Promise<BackupHeader> {
  const sum = newSum();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done || value === undefined) throw unreadable("it ends too early");
    return value as Buffer;
  };
  const take = (line: Buffer) => sum.update(line).update("\n");

  const first = await next();
  const header = headerOf(first);
  take(first);
  await reader.header?.(header);

  let rowCount = 0;
  for (const [i, table] of header.tables.entries()) {
    const marker = await next();
    if (parse<{ table?: string }>(marker).table !== table.name) throw unreadable(`table ${table.name} is missing`);
    take(marker);
    for (let left = table.rowCount; left > 0; ) {
      const batch: Buffer[] = [];
      for (let size = 0; left > 0 && batch.length < batchRowsMax && size < batchBytesMax; left--) {
        const row = await next();
        take(row);
        batch.push(row);
        size += row.length;
      }
      await reader.rows?.(i, batch);
    }
    await reader.tableRead?.(i);
    rowCount += table.rowCount;
  }

  const trailer = parse<BackupTrailer>(await next());
  if (trailer.end !== true || trailer.rowCount !== rowCount) throw unreadable("its row counts do not agree");
  if (trailer.sha256 !== sum.digest("hex")) throw unreadable("its checksum is wrong: the file was damaged or changed");
  return header;
}

/** The first line is a few kilobytes; even that of a site with a hundred tables would fit. */
const headBytesMax = 64 * 1024;

/** The header of a backup without the rest of it. Throws backup-unreadable. */
export async function readHeader(file: string): Promise<BackupHeader> {
  try {
    const handle = await open(file, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytesMax), 0, headBytesMax, 0);
      const plain = gunzipSync(buffer.subarray(0, bytesRead), { finishFlush: zlib.Z_SYNC_FLUSH });
      const end = plain.indexOf(10);
      if (end < 0) throw unreadable("it has no first line");
      return headerOf(plain.subarray(0, end));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw plainly(error);
  }
}

function headerOf(line: Buffer): BackupHeader {
  const header = parse<BackupHeader>(line);
  if (header?.guiwei !== "backup" || header.format !== 1)
    throw unreadable("it is not a Guiwei backup, or one of a later format");
  return header;
}

export const rowsOf = (header: BackupHeader) => header.tables.reduce((sum, table) => sum + table.rowCount, 0);

function parse<T>(line: Buffer): T {
  try {
    return JSON.parse(line.toString("utf8")) as T;
  } catch (error) {
    throw unreadable("a line is not JSON", error);
  }
}
