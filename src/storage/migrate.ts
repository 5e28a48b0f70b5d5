import type { Sql, TransactionSql } from "postgres";
import { type ErrorCode, Refusal } from "../contract/errors.ts";
import { messageOf } from "../contract/told-error.ts";
import { knownMigrations, type Migration } from "./known-migrations.ts";
import {
  type AppliedMigration,
  appliedMigrations,
  isUnfinished,
  makeRecord,
  nameOf,
  recordBatch,
  recordMigration,
  refuseUnknown,
} from "./migration-record.ts";
import { batchRowsMax } from "./migration-steps/step.ts";

/** Advisory lock held by everything that changes the schema: "guiwei" in ASCII, cut to 31 bits. */
export const schemaLock = 0x67756977;
const lockWaitMsMax = 600_000;
/** Ends a step that would never end: 500 million rows. */
const turnsMax = 1_000_000;

export interface MigrationProgress {
  /** The migration in progress. */
  name: string;
  /** Its number among all, from 1. */
  no: number;
  stepsTotal: number;
  /** Zero for SQL statements. */
  rowsDone: number;
  rowsTotal: number;
}

export interface MigrateOptions {
  /** Oldest first; default: the program's own. */
  migrations?: readonly Migration[];
  /** Called in each transaction before it changes anything; an error from it leaves the database as it is. */
  before?(tx: TransactionSql): Promise<void>;
  /** Called for every step and every batch if the database had data; a new database is created silently. */
  onProgress?(progress: MigrationProgress): void;
}

export interface Migrated {
  appliedCount: number;
  /** Hash of the database's newest migration, or null when it has none. */
  hash: string | null;
}

/**
 * Brings the database to the program's schema. Statements that follow each other are one transaction: when one fails, all are
 * undone and the earlier version still opens the database. A step in TypeScript runs in batches and is resumed after a kill.
 * Changes nothing if the schema is current. Throws database-newer, database-altered, migration-failed, migration-interrupted.
 */
export function migrate(client: Sql, options: MigrateOptions = {}): Promise<Migrated> {
  const within = (work: (tx: TransactionSql) => Promise<Turn>) => client.begin(work) as Promise<Turn>;
  return bringForward(within, { ...options, isWhole: false });
}

export interface InsideOptions extends MigrateOptions {
  /** Stops after the migration with this hash. */
  through?: string;
  /** Only the schema is changed: the rows come from a backup, for which the steps in TypeScript have run already. */
  isSchemaOnly?: boolean;
}

/** The same inside a caller's transaction, including steps in TypeScript. Throws backup-not-forward in place of migration-…. */
export function migrateInside(tx: TransactionSql, options: InsideOptions = {}): Promise<Migrated> {
  return bringForward((work) => work(tx), { ...options, isWhole: true });
}

/** isWhole: all turns are in one transaction, and a failure undoes all of them. */
type Plan = InsideOptions & { isWhole: boolean };

interface Turn {
  appliedCount: number;
  hash: string | null;
  isDone: boolean;
  progress: MigrationProgress | null;
}

async function bringForward(
  within: (work: (tx: TransactionSql) => Promise<Turn>) => Promise<Turn>,
  plan: Plan,
): Promise<Migrated> {
  const known = plan.migrations ?? knownMigrations();
  let appliedCount = 0;
  for (let turn = 0; turn < turnsMax; turn++) {
    const { hash, isDone, progress, ...done } = await within((tx) => takeTurn(tx, known, plan));
    appliedCount += done.appliedCount;
    if (progress) plan.onProgress?.(progress);
    if (isDone) return { appliedCount, hash };
  }
  throw new Error(`the database is not at the code's schema after ${turnsMax} transactions`);
}

/** One transaction: pending statements, then at most one batch. It reads again what was done before, by whichever program. */
async function takeTurn(tx: TransactionSql, known: readonly Migration[], plan: Plan): Promise<Turn> {
  // No timeout: an index on a million rows takes its time, and another program that makes one is waited for.
  await tx.unsafe(
    `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = ${lockWaitMsMax}`,
  );
  await tx`SELECT pg_advisory_xact_lock(${schemaLock})`;
  const applied = await appliedMigrations(tx);
  refuseUnknown(applied, known);
  const last = applied.at(-1);
  if (applied.length < known.length || (last && isUnfinished(last))) await plan.before?.(tx);
  const told = (no: number) => ({ name: known[no - 1]?.name ?? "", no, stepsTotal: known.length });
  let appliedCount = 0;
  const turn = (isDone: boolean, progress: MigrationProgress | null = null): Turn => {
    const hash = known[applied.length + appliedCount - 1]?.hash ?? null;
    return { appliedCount, hash, isDone, progress };
  };
  const tellable = (progress: MigrationProgress) => (last ? progress : null);

  if (last && isUnfinished(last)) {
    const migration = known[applied.length - 1] as Migration;
    const rows = await named(plan, applied, migration, () => takeBatch(tx, migration, last));
    return turn(false, { ...told(applied.length), ...rows });
  }
  for (const [i, migration] of known.slice(applied.length).entries()) {
    if (plan.through !== undefined && last?.hash === plan.through) break;
    const no = applied.length + i + 1;
    if (no === 1) await makeRecord(tx);
    if (last && !migration.step) plan.onProgress?.({ ...told(no), rowsDone: 0, rowsTotal: 0 });
    const rows = await named(plan, applied, migration, () => apply(tx, migration, plan));
    appliedCount++;
    if (rows) return turn(false, tellable({ ...told(no), ...rows }));
    if (migration.hash === plan.through) break;
  }
  return turn(true);
}

interface Rows {
  rowsDone: number;
  rowsTotal: number;
}

/** Null when the migration is complete; else the row counts of a step in batches that has begun. */
async function apply(tx: TransactionSql, migration: Migration, plan: Plan): Promise<Rows | null> {
  for (const statement of migration.statements) await tx.unsafe(statement);
  if (!migration.step || plan.isSchemaOnly) {
    await recordMigration(tx, migration);
    return null;
  }
  const rowsTotal = await migration.step.rowsTotal(tx);
  // From here on older versions refuse the database: they must not read half-changed data by their old rules.
  await recordMigration(tx, migration, { rowsTotal });
  const note = { cursor: null, rowsDone: 0, rowsTotal };
  return takeBatch(tx, migration, { note });
}

interface Place {
  note: { cursor: string | null; rowsDone: number; rowsTotal: number } | null;
}

async function takeBatch(tx: TransactionSql, migration: Migration, { note }: Place): Promise<Rows> {
  const { cursor = null, rowsDone = 0, rowsTotal = 0 } = note ?? {};
  const done = await migration.step?.batch(tx, cursor);
  if (!done) throw new Error("its program is missing");
  if (done.rowsDone > batchRowsMax) throw new Error(`a batch took ${done.rowsDone} rows; ${batchRowsMax} are allowed`);
  if (done.cursor !== null && done.cursor === cursor) throw new Error("a batch went nowhere");
  await recordBatch(tx, migration.hash, done);
  return { rowsDone: rowsDone + done.rowsDone, rowsTotal };
}

/** Adds to an error of a migration which one it was, where the database stands now, and what to do. */
async function named<T>(
  plan: Plan,
  applied: readonly AppliedMigration[],
  migration: Migration,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const last = applied.at(-1);
    const isPartway = last?.hash === migration.hash;
    const code: ErrorCode = plan.isWhole
      ? "backup-not-forward"
      : isPartway
        ? "migration-interrupted"
        : "migration-failed";
    const known = plan.migrations ?? knownMigrations();
    const refusal = new Refusal(code, {
      step: migration.name,
      detail: messageOf(error),
      reached: last ? (known[applied.length - 1]?.name ?? nameOf(last)) : "—",
      rowsDone: last?.note?.rowsDone ?? 0,
      rowsTotal: last?.note?.rowsTotal ?? 0,
    });
    refusal.cause = error;
    throw refusal;
  }
}
