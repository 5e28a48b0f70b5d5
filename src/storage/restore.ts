import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import type { TransactionSql } from "postgres";
import { plainText, quoted, type TableShape } from "./backup.ts";
import { type BackupHeader, type BackupTrailer, linesOf, newSum, unreadable } from "./backup-format.ts";
import { DatabaseError, sqlStateOf } from "./database-error.ts";
import { migrateInside, schemaLock } from "./migrate.ts";
import type { Database } from "./open-database.ts";
import { refuseUnlessEmpty, remakeSchema, withoutChecks } from "./restore-schema.ts";

const batchRowsMax = 1_000;
const batchBytesMax = 4 * 1024 * 1024;

export interface RestoreOptions {
  /** Replace what the database holds; otherwise it must be empty. */
  force?: boolean;
  migrationsFolder?: string;
}

/**
 * Reads a backup into the database in one transaction: counts and checksum are right, or nothing changed. A backup of an
 * older schema is brought forward. Throws backup-unreadable, backup-other-schema, database-not-empty.
 */
export async function restore(database: Database, file: string, options: RestoreOptions = {}): Promise<BackupHeader> {
  const header = (await database.sql.begin(async (tx) => {
    await tx.unsafe(plainText);
    await tx`SELECT pg_advisory_xact_lock(${schemaLock})`;
    if (!options.force) await refuseUnlessEmpty(tx);
    return load(tx, file, options.migrationsFolder);
  })) as BackupHeader;
  await database.sql.unsafe("ANALYZE");
  return header;
}

async function load(tx: TransactionSql, file: string, folder: string | undefined): Promise<BackupHeader> {
  const source = createReadStream(file);
  const plain = source.pipe(createGunzip());
  source.on("error", (error) => plain.destroy(error));
  const lines = linesOf(plain);
  try {
    return await loadLines(tx, lines, folder);
  } catch (error) {
    // zlib's and fs's own errors carry codes like Z_DATA_ERROR and ENOENT; PostgreSQL's are its own.
    const { code } = error as { code?: string };
    if (
      !(error instanceof DatabaseError) &&
      (code?.startsWith("Z_") || code === "ENOENT" || code === "EISDIR" || code === "EACCES")
    )
      throw unreadable((error as Error).message, error);
    // A damaged row shows before the checksum does.
    if (/^2[23]/.test(sqlStateOf(error) ?? "")) throw unreadable("a row does not fit its table", error);
    throw error;
  } finally {
    source.destroy();
    plain.destroy();
  }
}

async function loadLines(
  tx: TransactionSql,
  lines: AsyncGenerator<Buffer>,
  folder: string | undefined,
): Promise<BackupHeader> {
  const sum = newSum();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done || value === undefined) throw unreadable("it ends too early");
    return value as Buffer;
  };
  const take = (line: Buffer) => sum.update(line).update("\n");

  const first = await next();
  const header = parse<BackupHeader>(first);
  if (header.guiwei !== "backup" || header.format !== 1)
    throw unreadable("it is not a Guiwei backup, or one of a later format");
  take(first);
  const tables = await remakeSchema(tx, header, folder);
  const putBack = await withoutChecks(tx, tables);

  let rowCount = 0;
  for (const [i, table] of tables.entries()) {
    const marker = await next();
    if (parse<{ table?: string }>(marker).table !== table.name) throw unreadable(`table ${table.name} is missing`);
    take(marker);
    const expected = header.tables[i]?.rowCount ?? 0;
    const insert = insertStatement(table);
    for (let left = expected; left > 0; ) {
      const batch: Buffer[] = [];
      for (let size = 0; left > 0 && batch.length < batchRowsMax && size < batchBytesMax; left--) {
        const row = await next();
        take(row);
        batch.push(row);
        size += row.length;
      }
      await tx.unsafe(insert, [`[${batch.join(",")}]`]);
    }
    const [stored] = await tx.unsafe<{ n: string }[]>(`SELECT count(*) AS n FROM public.${quoted(table.name)}`);
    if (Number(stored?.n) !== expected)
      throw unreadable(`table ${table.name} should hold ${expected} rows, not ${stored?.n}`);
    rowCount += expected;
  }

  const trailer = parse<BackupTrailer>(await next());
  if (trailer.end !== true || trailer.rowCount !== rowCount) throw unreadable("its row counts do not agree");
  if (trailer.sha256 !== sum.digest("hex")) throw unreadable("its checksum is wrong: the file was damaged or changed");
  for (const { name, lastValue, isCalled } of header.sequences)
    await tx`SELECT setval(${`public.${quoted(name)}`}::text::regclass, ${lastValue}::bigint, ${isCalled})`;
  await putBack();
  await migrateInside(tx, folder);
  return header;
}

/** One parameter, a JSON array of rows: PostgreSQL reads every column back from its own text. */
function insertStatement({ name, columns }: TableShape): string {
  const names = columns.map((column) => quoted(column.name)).join(", ");
  const values = columns.map((column, i) => `(r ->> ${i})::${column.type}`).join(", ");
  return `INSERT INTO public.${quoted(name)} (${names}) OVERRIDING SYSTEM VALUE
    SELECT ${values} FROM json_array_elements($1::text::json) AS rows(r)`;
}

function parse<T>(line: Buffer): T {
  try {
    return JSON.parse(line.toString("utf8")) as T;
  } catch (error) {
    throw unreadable("a line is not JSON", error);
  }
}
