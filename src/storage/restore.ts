import type { TransactionSql } from "postgres";
import { Refusal } from "../contract/errors.ts";
import { plainText, quoted, type TableShape } from "./backup.ts";
import { type BackupHeader, type BackupTable, unreadable } from "./backup-format.ts";
import { sqlStateOf } from "./database-error.ts";
import { knownMigrations, type Migration } from "./known-migrations.ts";
import { liftEpochs } from "./lift-epochs.ts";
import { type MigrateOptions, migrateInside, schemaLock } from "./migrate.ts";
import type { Database } from "./open-database.ts";
import { readBackup } from "./read-backup.ts";
import { leadsKept } from "./restore-leads.ts";
import { refuseUnlessEmpty, remakeSchema, withoutChecks } from "./restore-schema.ts";

export interface RestoreOptions extends MigrateOptions {
  /** Replace the database's content; without it the database must be empty. */
  force?: boolean;
}

/**
 * Reads a backup into the database in one transaction: unless counts and checksum are right, nothing changes. A backup of an
 * older schema is brought forward. Throws backup-unreadable, backup-newer, backup-other-schema, backup-not-forward,
 * database-not-empty, restore-led.
 */
export async function restore(database: Database, file: string, options: RestoreOptions = {}): Promise<BackupHeader> {
  const header = (await database.sql.begin(async (tx) => {
    await tx.unsafe(plainText);
    await tx`SELECT pg_advisory_xact_lock(${schemaLock})`;
    const putLeadsBack = await leadsKept(tx);
    if (!options.force) await refuseUnlessEmpty(tx);
    const header = await load(tx, file, { ...options, migrations: options.migrations ?? knownMigrations() });
    await putLeadsBack();
    await liftEpochs(tx);
    return header;
  })) as BackupHeader;
  await database.sql.unsafe("ANALYZE");
  return header;
}

async function load(
  tx: TransactionSql,
  file: string,
  options: MigrateOptions & { migrations: readonly Migration[] },
): Promise<BackupHeader> {
  let tables: TableShape[] = [];
  let putBack = async () => {};
  let inserts: string[] = [];
  let expected: readonly BackupTable[] = [];
  try {
    const header = await readBackup(file, {
      async header(header) {
        tables = await remakeSchema(tx, header, options.migrations);
        putBack = await withoutChecks(tx, tables);
        inserts = tables.map(insertStatement);
        expected = header.tables;
      },
      async rows(i, rows) {
        await tx.unsafe(inserts[i] as string, [`[${rows.join(",")}]`]);
      },
      async tableRead(i) {
        const { name, rowCount } = expected[i] as BackupTable;
        const [stored] = await tx.unsafe<{ n: string }[]>(`SELECT count(*) AS n FROM public.${quoted(name)}`);
        if (Number(stored?.n) !== rowCount)
          throw unreadable(`table ${name} should hold ${rowCount} rows, not ${stored?.n}`);
      },
    });
    for (const { name, lastValue, isCalled } of header.sequences)
      await tx`SELECT setval(${`public.${quoted(name)}`}::text::regclass, ${lastValue}::bigint, ${isCalled})`;
    await putBack();
    await migrateInside(tx, options);
    return header;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // A damaged row may show before the checksum is compared.
    if (/^2[23]/.test(sqlStateOf(error) ?? "")) throw unreadable("a row does not fit its table", error);
    throw error;
  }
}

/** One parameter, a JSON array of rows: PostgreSQL reads every column from its own text form. */
function insertStatement({ name, columns }: TableShape): string {
  const names = columns.map((column) => quoted(column.name)).join(", ");
  const values = columns.map((column, i) => `(r ->> ${i})::${column.type}`).join(", ");
  return `INSERT INTO public.${quoted(name)} (${names}) OVERRIDING SYSTEM VALUE
    SELECT ${values} FROM json_array_elements($1::text::json) AS rows(r)`;
}
