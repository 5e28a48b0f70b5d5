import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { TransactionSql } from "postgres";
import { systemClock } from "../clock/clock.ts";
import { type BackupHeader, type BackupTable, type BackupTrailer, newSum } from "./backup-format.ts";
import { appliedMigrations, isUnfinished } from "./migration-record.ts";
import type { Database } from "./open-database.ts";
import { programVersion } from "./program-version.ts";

const rowsPerFetch = 1_000;

/**
 * Tables whose rows are left out: they say which gateway leads in this database, which would be wrong in another one, or later.
 * The backup holds these tables empty.
 */
export const notKept: ReadonlySet<string> = new Set(["leads"]);
const sourceOf = (name: string) => `public.${quoted(name)}${notKept.has(name) ? " WHERE false" : ""}`;

/** Settings under which text forms do not depend on the session. */
export const plainText = `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL "IntervalStyle" = 'postgres';
  SET LOCAL "DateStyle" = 'ISO, MDY'; SET LOCAL "TimeZone" = 'UTC'; SET LOCAL xmloption = 'content'`;

export interface BackupOptions {
  /** The moment that this backup represents; default: now. */
  madeAtMs?: number;
  /** Cancels the backup: no file appears. */
  signal?: AbortSignal;
  /** Called with the rows written so far and their total. */
  onRows?(done: number, total: number): void;
}

/**
 * Writes all tables as of one moment into `file` (see backup-format.ts); the file appears whole or not at all. On PostgreSQL
 * other sessions go on meanwhile; the embedded engine has one connection and serves nobody else until the end.
 */
export async function backup(database: Database, file: string, options: BackupOptions = {}): Promise<BackupHeader> {
  const { madeAtMs = systemClock().nowMs(), signal, onRows } = options;
  const partial = `${file}.partial`;
  try {
    const header = (await database.sql.begin("isolation level repeatable read read only", async (tx) => {
      await tx.unsafe(plainText);
      const made = await describe(tx, database, madeAtMs);
      await pipeline(
        Readable.from(contents(tx, made, onRows)),
        createGzip({ level: 6 }),
        createWriteStream(partial, { mode: 0o600 }),
        { ...(signal ? { signal } : {}) },
      );
      return made;
    })) as BackupHeader;
    await sync(partial);
    await rename(partial, file);
    await sync(dirname(file)).catch(() => {});
    return header;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function describe(tx: TransactionSql, database: Database, madeAtMs: number): Promise<BackupHeader> {
  const tables: BackupTable[] = [];
  for (const { name, columns } of await tablesOf(tx)) {
    const [row] = await tx.unsafe<{ n: string }[]>(`SELECT count(*) AS n FROM ${sourceOf(name)}`);
    tables.push({ name, columns: columns.map((column) => column.name), rowCount: Number(row?.n) });
  }
  const sequences: BackupHeader["sequences"] = [];
  for (const { name } of await tx<
    { name: string }[]
  >`SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`) {
    const [at] = await tx.unsafe<{ last_value: string; is_called: boolean }[]>(
      `SELECT last_value::text, is_called FROM public.${quoted(name)}`,
    );
    if (at) sequences.push({ name, lastValue: at.last_value, isCalled: at.is_called });
  }
  return {
    guiwei: "backup",
    format: 1,
    madeAtMs,
    engine: `${database.engine} ${database.serverVersion}`,
    program: programVersion,
    // A migration step that has begun and not ended is left out: it only changes rows, and a restore runs it from its beginning.
    migrations: (await appliedMigrations(tx))
      .filter((migration) => !isUnfinished(migration))
      .map(({ hash, atMs, note }) => ({ hash, atMs, ...(note ? { name: note.name } : {}) })),
    tables,
    sequences,
  };
}

async function* contents(
  tx: TransactionSql,
  header: BackupHeader,
  onRows?: BackupOptions["onRows"],
): AsyncGenerator<Buffer> {
  const sum = newSum();
  const line = (text: string) => {
    const bytes = Buffer.from(`${text}\n`);
    sum.update(bytes);
    return bytes;
  };
  const total = header.tables.reduce((sum, table) => sum + table.rowCount, 0);
  let rowCount = 0;
  yield line(JSON.stringify(header));
  for (const table of header.tables) {
    yield line(JSON.stringify({ table: table.name }));
    const texts = table.columns.map((column) => `${quoted(column)}::text`).join(", ");
    const rows = tx.unsafe<{ row: string }[]>(
      `SELECT array_to_json(ARRAY[${texts}]::text[])::text AS row FROM ${sourceOf(table.name)}`,
    );
    for await (const batch of rows.cursor(rowsPerFetch)) {
      rowCount += batch.length;
      onRows?.(rowCount, total);
      yield line(batch.map(({ row }) => row).join("\n"));
    }
  }
  const trailer: BackupTrailer = { end: true, rowCount, sha256: sum.digest("hex") };
  yield Buffer.from(`${JSON.stringify(trailer)}\n`);
}

export interface TableShape {
  name: string;
  /** Only stored columns: generated columns are computed again. */
  columns: { name: string; type: string }[];
}

/** Tables of the gateway, sorted by name. */
export function tablesOf(tx: TransactionSql): Promise<TableShape[]> {
  return tx<TableShape[]>`
    SELECT c.relname AS name,
           json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum) AS columns
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    GROUP BY c.relname ORDER BY c.relname COLLATE "C"`;
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
