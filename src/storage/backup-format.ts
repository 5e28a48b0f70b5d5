import { createHash, type Hash } from "node:crypto";
import { DatabaseError } from "./database-error.ts";

/**
 * A backup is one gzip file of lines, each a JSON value; it restores into either engine.
 *   line 1   BackupHeader
 *   then per table, in the header's order: {"table": name}, followed by one array a row, each column as PostgreSQL's text
 *            (DateStyle ISO, TimeZone UTC, bytea hex) or null, in the header's column order
 *   last     BackupTrailer: `sha256` is that of every byte before this line
 */
export interface BackupHeader {
  guiwei: "backup";
  format: 1;
  madeAtMs: number;
  /** "embedded 18.6": for people only. */
  engine: string;
  /** Program version that wrote it; the first version left it out. */
  program?: string;
  /** Applied migrations, oldest first: hashes of src/storage/migrations, and names for programs that do not know them yet. */
  migrations: { hash: string; atMs: number; name?: string }[];
  tables: BackupTable[];
  sequences: { name: string; lastValue: string; isCalled: boolean }[];
}

export interface BackupTable {
  name: string;
  columns: string[];
  rowCount: number;
}

export interface BackupTrailer {
  end: true;
  rowCount: number;
  sha256: string;
}

/** Limit of one line: a journal body is at most a few megabytes. */
const lineBytesMax = 256 * 1024 * 1024;

export const newSum = (): Hash => createHash("sha256");

export function unreadable(why: string, cause?: unknown): DatabaseError {
  return new DatabaseError("backup-unreadable", `This backup cannot be read: ${why}. Nothing was changed.`, cause);
}

/** Lines of a byte stream without their newline; what follows the last newline must be empty. */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      yield parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      parts = [];
      size = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > lineBytesMax) throw unreadable("a line is longer than any row");
  }
  if (size > 0) throw unreadable("it ends in the middle of a line");
}
