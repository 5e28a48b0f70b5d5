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
import { copyTree } from "../support/database-templates.ts";

export const baselineFile = fileURLToPath(new URL("./baseline/house.guiwei", import.meta.url));
export const baselineMigrations = () => knownMigrations().slice(0, 1);

export interface VersionBefore {
  /** A copy of its own of the old database. */
  fresh(): Promise<{ place: DatabasePlace; remove(): Promise<void> }>;
  close(): Promise<void>;
}

/** Made once; each `fresh` is a copy. */
export function versionBefore(engine: "folder" | "postgres"): Promise<VersionBefore> {
  return engine === "folder" ? oldFolders() : oldDatabases();
}

async function fill(database: Database): Promise<void> {
  await restore(database, baselineFile, { force: true, migrations: baselineMigrations() });
  await database.close();
}

async function oldFolders(): Promise<VersionBefore> {
  const root = mkdtempSync(join(tmpdir(), "guiwei-version-before-"));
  const first = join(root, "old");
  copyTree(inject("databasePlaces").folder, first);
  await fill(await openDatabase({ dataDir: first }));
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
  await fill(await openDatabase({ url: urlOf(first) }));
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
