/** Databases as the baseline (commit 49259c1) left them: see baseline/README.md. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { knownMigrations } from "../../src/storage/known-migrations.ts";
import { type Database, type DatabasePlace, openDatabase } from "../../src/storage/open-database.ts";
import { restore } from "../../src/storage/restore.ts";
import type { TestEngine } from "../support/database.ts";
import { copyTree } from "../support/database-templates.ts";

export const baselineFile = fileURLToPath(new URL("./baseline/house.guiwei", import.meta.url));

export interface VersionBefore {
  /** A copy of its own of the old database. */
  fresh(): Promise<OldDatabase>;
  close(): Promise<void>;
}

interface OldDatabase {
  place: DatabasePlace;
  remove(): Promise<void>;
}

/** Made once; each `fresh` is a copy. */
export function versionBefore(engine: TestEngine): Promise<VersionBefore> {
  if (engine === "embedded") return oldMemories();
  return engine === "folder" ? oldFolders() : oldDatabases();
}

const fill = (database: Database) =>
  restore(database, baselineFile, { force: true, migrations: knownMigrations().slice(0, 1) });

async function oldMemories(): Promise<VersionBefore> {
  const first = await openDatabase({ memory: true });
  await fill(first);
  const from = (await first.memory?.dump()) as Blob;
  await first.close();
  return { fresh: async () => ({ place: { memory: true, from }, remove: async () => {} }), close: async () => {} };
}

async function oldFolders(): Promise<VersionBefore> {
  const root = mkdtempSync(join(tmpdir(), "guiwei-version-before-"));
  const first = join(root, "old");
  copyTree(inject("databasePlaces").folder, first);
  const database = await openDatabase({ dataDir: first });
  await fill(database);
  await database.close();
  let copies = 0;
  return {
    async fresh() {
      const dataDir = join(root, `copy-${copies++}`);
      copyTree(first, dataDir);
      return { place: { dataDir }, remove: async () => rmSync(dataDir, { recursive: true, force: true }) };
    },
    close: async () => rmSync(root, { recursive: true, force: true }),
  };
}

async function oldDatabases(): Promise<VersionBefore> {
  const { postgresUrl } = inject("databasePlaces");
  if (!postgresUrl) throw new Error("no PostgreSQL");
  const admin = await openDatabase({ url: postgresUrl, connectionsMax: 1 });
  const urlOf = (name: string) => postgresUrl.replace(/\/postgres$/, `/${name}`);
  const drop = (name: string) => admin.sql.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  const first = `old_${randomBytes(6).toString("hex")}`;
  await admin.sql.unsafe(`CREATE DATABASE ${first}`);
  const database = await openDatabase({ url: urlOf(first), connectionsMax: 1 });
  await fill(database);
  await database.close();
  let copies = 0;
  return {
    async fresh() {
      const name = `${first}_${copies++}`;
      await admin.sql.unsafe(`CREATE DATABASE ${name} TEMPLATE ${first}`);
      return { place: { url: urlOf(name) }, remove: async () => void (await drop(name)) };
    },
    async close() {
      await drop(first);
      await admin.close();
    },
  };
}
