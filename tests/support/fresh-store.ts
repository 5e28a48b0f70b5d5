/** A folder with a migrated database in it, or one beside a database of its own on a server. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, inject } from "vitest";
import { openDatabase } from "../../src/storage/open-database.ts";
import { beside } from "./beside.ts";
import { testDatabases } from "./database.ts";
import { copyTree, templateName } from "./database-templates.ts";
import type { TestServer } from "./postgres-server.ts";

/** "embedded" is production's engine in a folder, not the one in memory. */
export type StoreEngine = "embedded" | "postgres";

export function onEachStore(title: string, suite: (engine: StoreEngine) => void): void {
  for (const { engine, skipped } of testDatabases()) {
    const name = `${title} (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`;
    describe.skipIf(skipped !== null)(name, () => suite(engine as StoreEngine));
  }
}

/** Both engines at once: for cases that wait for clocks more than they reckon. */
export function besideOnEachStore(title: string, suite: (engine: StoreEngine) => void): void {
  for (const { engine, skipped } of testDatabases()) {
    const name = `${title} (${engine}${skipped ? `, SKIPPED: ${skipped}` : ""})`;
    beside(name, () => suite(engine as StoreEngine), skipped === null);
  }
}

/** For what the database has no part in: the wanted engine where it can be had (GUIWEI_EACH_STORE=1: both). */
function storesFor(wanted: StoreEngine): StoreEngine[] {
  const able = testDatabases()
    .filter(({ skipped }) => skipped === null)
    .map(({ engine }) => engine as StoreEngine);
  if (process.env.GUIWEI_EACH_STORE === "1") return able;
  return [able.includes(wanted) ? wanted : "embedded"];
}

/** On one engine, in turn with the other suites of the file, with which it would share the processor. */
export function onOneStore(title: string, wanted: StoreEngine, suite: (engine: StoreEngine) => void): void {
  for (const engine of storesFor(wanted)) describe(`${title} (${engine})`, () => suite(engine));
}

/** On one engine, beside the other suites of the file. */
export function besideOnOneStore(title: string, wanted: StoreEngine, suite: (engine: StoreEngine) => void): void {
  for (const engine of storesFor(wanted)) beside(`${title} (${engine})`, () => suite(engine));
}

export interface Store {
  dataDir: string;
  env: Record<string, string>;
  place: { dataDir: string } | { url: string };
  remove(): Promise<void>;
}

/** A folder with a migrated embedded database in it, or one beside a database of its own on the server. */
export async function freshStore(
  engine: StoreEngine,
  server: TestServer | null = null,
  parent = tmpdir(),
): Promise<Store> {
  const places = inject("databasePlaces");
  const dataDir = mkdtempSync(join(parent, "guiwei-gateway-"));
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true });
  if (engine === "embedded") {
    const folder = join(dataDir, "database");
    copyTree(places.folder, folder);
    return { dataDir, env: {}, place: { dataDir: folder }, remove: async () => removeFolder() };
  }
  if (server) {
    const url = server.url(templateName);
    return { dataDir, env: { DATABASE_URL: url }, place: { url }, remove: async () => removeFolder() };
  }
  if (!places.postgresUrl) throw new Error(`no PostgreSQL: ${places.postgresMissing}`);
  const name = `test_${randomBytes(6).toString("hex")}`;
  const admin = await openDatabase({ url: places.postgresUrl, connectionsMax: 1 });
  await admin.sql.unsafe(`CREATE DATABASE ${name} TEMPLATE ${templateName}`);
  const url = places.postgresUrl.replace(/\/postgres$/, `/${name}`);
  return {
    dataDir,
    env: { DATABASE_URL: url },
    place: { url },
    async remove() {
      await admin.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.close();
      removeFolder();
    },
  };
}
