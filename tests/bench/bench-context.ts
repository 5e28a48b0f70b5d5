/** Databases, contexts and servers for measuring: as production opens them, in folders that go away again. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock/clock.ts";
import type { Context } from "../../src/context.ts";
import type { Role } from "../../src/contract/roles.ts";
import type { App } from "../../src/http/route.ts";
import { makeNewId } from "../../src/new-id.ts";
import { openPeople } from "../../src/people/open-people.ts";
import { hashSecret } from "../../src/people/secret.ts";
import type { Sessions } from "../../src/people/sessions.ts";
import { buildServer, defaultServerSettings } from "../../src/server/build-server.ts";
import { type Layout, layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import { type SiteFeed, siteFeed } from "../../src/site-feed.ts";
import { type Database, openDatabase } from "../../src/storage/open-database.ts";
import { tokens } from "../../src/storage/schema/people.ts";
import { copyTree, makeTemplates, type Templates, templateName } from "../support/database-templates.ts";
import { postgresPrograms, startServer, type TestServer } from "../support/postgres-server.ts";

export type BenchEngine = "postgres" | "embedded";

export interface OpenedDatabase extends Database {
  /** Closes it and leaves the embedded one's folder: the DATA_DIR of a gateway; the caller removes it. */
  keep(): Promise<string>;
}

export interface BenchDatabases {
  /** Why an engine cannot be measured here, or null. */
  missing(engine: BenchEngine): string | null;
  /** A migrated, empty database of its own; close() removes it. */
  open(engine: BenchEngine): Promise<OpenedDatabase>;
  close(): Promise<void>;
}

export const engines: readonly BenchEngine[] = ["postgres", "embedded"];

/** One real server for the whole run, started when first asked for; the embedded one as in production: worker, folder, fsync. */
export function benchDatabases(): BenchDatabases {
  const programs = postgresPrograms();
  let templates: Promise<Templates> | null = null;
  let server: Promise<TestServer> | null = null;
  const made = () => {
    templates ??= makeTemplates(programs);
    return templates;
  };

  async function openServer(): Promise<OpenedDatabase> {
    const { cluster } = await made();
    if (!programs || !cluster) throw new Error("no PostgreSQL");
    server ??= startServer(programs, cluster);
    const { url } = await server;
    const name = `bench_${randomBytes(6).toString("hex")}`;
    const admin = await openDatabase({ url: url("postgres"), connectionsMax: 1 });
    await admin.sql.unsafe(`CREATE DATABASE ${name} TEMPLATE ${templateName}`);
    const database = await openDatabase({ url: url(name) });
    return {
      ...database,
      keep: () => Promise.reject(new Error("a server's database has no folder")),
      async close() {
        await database.close();
        await admin.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
        await admin.close();
      },
    };
  }

  async function openFolder(): Promise<OpenedDatabase> {
    const { folder } = await made();
    const parent = mkdtempSync(join(tmpdir(), "guiwei-bench-"));
    const dataDir = join(parent, "database");
    copyTree(folder, dataDir);
    const database = await openDatabase({ dataDir });
    return {
      ...database,
      async keep() {
        await database.close();
        return parent;
      },
      async close() {
        await database.close();
        rmSync(parent, { recursive: true, force: true });
      },
    };
  }

  return {
    missing: (engine) => (engine === "postgres" && !programs ? "no PostgreSQL programs on this machine" : null),
    open: (engine) => (engine === "postgres" ? openServer() : openFolder()),
    async close() {
      await (await server)?.stop();
    },
  };
}

export function layoutOfSite(file: string): Layout {
  const { site, faults } = parseSite(readFileSync(new URL(`../../sites/${file}`, import.meta.url), "utf8"));
  if (!site) throw new Error(JSON.stringify(faults));
  return layoutOf(site);
}

export interface BenchContext extends Context {
  feed: SiteFeed;
}

export function contextOf(database: Database, layout: Layout): BenchContext {
  const clock = systemClock();
  const feed = siteFeed((error) => {
    throw error;
  });
  const newId = makeNewId(clock, () => randomBytes(4).readUInt32BE());
  return { db: database.db, clock, newId, layout, publish: feed.publish, feed };
}

export interface BenchServer {
  app: App;
  sessions: Sessions;
  /** Of a system that may do all. */
  headers: { authorization: string };
  close(): Promise<void>;
}

/** The production server with all its guards; only the limits that a measurement would hit are lifted. */
export async function serverOf(
  context: Context,
  features: readonly ((app: App) => void | Promise<void>)[],
): Promise<BenchServer> {
  const { sessions } = openPeople(context, randomBytes, { isDemo: false });
  const secret = `gw_${"b".repeat(43)}`;
  const roles: Role[] = ["archivist", "operator", "supervisor", "auditor", "administrator"];
  await context.db.insert(tokens).values({
    id: "bench",
    name: "bench",
    tokenHash: hashSecret(secret),
    roles,
    createdBy: "gateway",
    createdAtMs: context.clock.nowMs(),
  });
  const app = await buildServer({
    context,
    sessions,
    settings: {
      ...defaultServerSettings,
      version: "bench",
      webRoot: "/nowhere",
      requestsPerMinuteMax: 1_000_000_000,
      eventLoopDelayMsMax: 0,
    },
    features,
  });
  return { app, sessions, headers: { authorization: `Bearer ${secret}` }, close: () => app.close() };
}
