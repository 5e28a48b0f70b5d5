import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { knownMigrations } from "../../src/storage/known-migrations.ts";
import { migrate } from "../../src/storage/migrate.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { makeCluster, postgresVersion, startServer } from "./postgres-server.ts";

const cache = fileURLToPath(new URL("../../node_modules/.cache/guiwei-tests", import.meta.url));
const templatesKeptMax = 6;
/** The migrated database inside a server's template cluster. */
export const templateName = "guiwei_template";

/** Migrated, closed data of each kind, made once for each state of the migrations and kept between runs. */
export interface Templates {
  /** Tar of a PGlite data folder. */
  snapshot: string;
  /** Data folder of the embedded database. */
  folder: string;
  /** Cluster of the real server, or null without one. */
  cluster: string | null;
}

export async function makeTemplates(programs: string | null): Promise<Templates> {
  mkdirSync(cache, { recursive: true });
  const migrations = knownMigrations().map((migration) => migration.hash);
  const pglite = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const engine = readFileSync(join(pglite, "../../package.json"), "utf8");
  const key = (...parts: string[]) =>
    createHash("sha256")
      .update(JSON.stringify([parts, migrations]))
      .digest("hex")
      .slice(0, 16);
  const snapshot = await kept(`snapshot-${key(engine)}`, makeSnapshot);
  const folder = await kept(`folder-${key(engine)}`, makeFolder);
  const cluster = programs
    ? await kept(`cluster-${key(postgresVersion(programs))}`, (to) => makeServerCluster(programs, to))
    : null;
  return { snapshot, folder, cluster };
}

/** Makes `name` in the cache unless it exists; whole or not at all, also when two runs make it at once. */
async function kept(name: string, make: (to: string) => Promise<void>): Promise<string> {
  const path = join(cache, name);
  if (existsSync(path)) return path;
  const making = `${path}.${process.pid}.making`;
  await make(making);
  try {
    renameSync(making, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    rmSync(making, { recursive: true, force: true });
  }
  dropOld(name.split("-")[0] as string);
  return path;
}

function dropOld(kind: string): void {
  const made = readdirSync(cache)
    .filter((name) => name.startsWith(`${kind}-`))
    .map((name) => ({ path: join(cache, name), ms: statSync(join(cache, name)).mtimeMs }))
    .sort((a, b) => b.ms - a.ms);
  for (const { path } of made.slice(templatesKeptMax)) rmSync(path, { recursive: true, force: true });
}

async function makeSnapshot(to: string): Promise<void> {
  const database = await openDatabase({ memory: true });
  await migrate(database.sql);
  const dump = await database.memory?.dump();
  if (!dump) throw new Error("the memory engine has no dump");
  writeFileSync(to, Buffer.from(await dump.arrayBuffer()));
  await database.close();
}

async function makeFolder(to: string): Promise<void> {
  const database = await openDatabase({ dataDir: to });
  await migrate(database.sql);
  await database.close();
}

async function makeServerCluster(programs: string, to: string): Promise<void> {
  const empty = `${to}.empty`;
  makeCluster(programs, empty);
  const server = await startServer(programs, empty);
  const admin = await openDatabase({ url: server.url("postgres"), connectionsMax: 1 });
  await admin.sql.unsafe(`CREATE DATABASE ${templateName}`);
  await admin.close();
  const template = await openDatabase({ url: server.url(templateName), connectionsMax: 1 });
  await migrate(template.sql);
  await template.close();
  await server.stop({ keepAs: to });
  rmSync(empty, { recursive: true, force: true });
}

/** A copy of a template; `cp` because Node's own copy is slow for a thousand files. */
export function copyTree(from: string, to: string): void {
  execFileSync("cp", ["-r", from, to]);
}
