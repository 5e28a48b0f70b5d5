import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, inject } from "vitest";
import { type Database, openDatabase } from "../../src/storage/open-database.ts";
import { copyTree, templateName } from "./database-templates.ts";
import { countStatements } from "./statements-in-flight.ts";
import "./global-setup.ts";

/**
 * embedded: PGlite in memory, 0.6 s, the same engine and driver as in production without worker and disk.
 * folder: PGlite as in production (worker thread, data folder, fsync). postgres: a real server.
 */
export type TestEngine = "embedded" | "folder" | "postgres";

export interface TestDatabase {
  engine: TestEngine;
  /** Why it cannot run here, or null. */
  skipped: string | null;
}

/** The engines a suite runs on: always both. */
export function testDatabases(): TestDatabase[] {
  return [
    { engine: "embedded", skipped: null },
    { engine: "postgres", skipped: inject("databasePlaces").postgresMissing },
  ];
}

/**
 * For what no engine changes: a database of its own costs a server a fraction of what it costs the embedded engine.
 * GUIWEI_QUICK_ENGINE=embedded|postgres: that one in all these tests.
 */
export function quickEngine(): Exclude<TestEngine, "folder"> {
  const { GUIWEI_QUICK_ENGINE: asked } = process.env;
  if (asked === "embedded" || asked === "postgres") return asked;
  return inject("databasePlaces").postgresMissing === null ? "postgres" : "embedded";
}

/** Runs a suite once per engine; `fresh` opens a migrated, empty database of its own. Close what you open. */
export function onEachDatabase(
  title: string,
  suite: (fresh: () => Promise<Database>, engine: TestEngine) => void,
): void {
  for (const { engine, skipped } of testDatabases()) {
    const name = `${title} (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`;
    describe.skipIf(skipped !== null)(name, () => suite(() => freshDatabase(engine), engine));
  }
}

/** A migrated, empty database of its own; close() removes it. `empty`: without any schema. Virtual time waits for it. */
export async function freshDatabase(engine: TestEngine, options: { empty?: boolean } = {}): Promise<Database> {
  const database = await openFresh(engine, options);
  countStatements(database.sql);
  return database;
}

async function openFresh(engine: TestEngine, options: { empty?: boolean }): Promise<Database> {
  const places = inject("databasePlaces");
  if (engine === "embedded") {
    if (options.empty) return openDatabase({ memory: true });
    return openDatabase({ memory: true, from: new Blob([readFileSync(places.snapshot)]) });
  }
  if (engine === "folder") {
    const dataDir = freshFolder(options);
    const database = await openDatabase({ dataDir });
    return closingWith(database, () => rmSync(dataDir, { recursive: true, force: true }));
  }
  if (!places.postgresUrl) throw new Error(`no PostgreSQL: ${places.postgresMissing}`);
  const name = `test_${randomBytes(6).toString("hex")}`;
  const admin = await openDatabase({ url: places.postgresUrl, connectionsMax: 1 });
  await admin.sql.unsafe(
    options.empty ? `CREATE DATABASE ${name}` : `CREATE DATABASE ${name} TEMPLATE ${templateName}`,
  );
  const database = await openDatabase({ url: places.postgresUrl.replace(/\/postgres$/, `/${name}`) });
  return closingWith(database, async () => {
    await admin.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.close();
  });
}

/** A data folder of the embedded database, migrated unless `empty`; the caller removes it. */
export function freshFolder(options: { empty?: boolean } = {}): string {
  const parent = mkdtempSync(join(tmpdir(), "guiwei-folder-"));
  if (options.empty) return parent;
  rmSync(parent, { recursive: true });
  copyTree(inject("databasePlaces").folder, parent);
  return parent;
}

function closingWith(database: Database, after: () => void | Promise<void>): Database {
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= database.close().then(after);
    return closing;
  };
  return { ...database, close };
}
