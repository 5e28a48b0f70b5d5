/**
 * A gateway's context with its API and live feed for tests: a real database, a clock that is moved by hand, people of every role.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FastifyReply, FastifyRequest } from "fastify";
import { uuidv7 } from "uuidv7";
import { type VirtualClock, virtualClock } from "../../src/clock/virtual-clock.ts";
import type { Context } from "../../src/context.ts";
import { refusalsOfAny } from "../../src/contract/endpoints/endpoint.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import type { Person } from "../../src/contract/people.ts";
import type { DeviceHealth } from "../../src/contract/ports.ts";
import { type RequiredRight, type Role, roles } from "../../src/contract/roles.ts";
import type { App } from "../../src/http/route.ts";
import { journalRoutes } from "../../src/journal/routes.ts";
import type { PeopleDeps } from "../../src/people/deps.ts";
import { openPeople } from "../../src/people/open-people.ts";
import { peopleRoutes } from "../../src/people/people-routes.ts";
import { hashSecret } from "../../src/people/secret.ts";
import { sessionRoutes } from "../../src/people/session-routes.ts";
import { buildServer, defaultServerSettings, type ServerSettings } from "../../src/server/build-server.ts";
import { createLive, type Live } from "../../src/server/live.ts";
import { roomsRoutes } from "../../src/server/rooms-routes.ts";
import { layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import type { Database } from "../../src/storage/open-database.ts";
import { people, tokens } from "../../src/storage/schema/people.ts";
import { makeMetrics } from "../../src/watch/metrics.ts";
import { watchRoutes } from "../../src/watch/routes.ts";
import { freshDatabase, type TestEngine } from "./database.ts";

export interface TestContext {
  app: App;
  context: Context;
  database: Database;
  clock: VirtualClock;
  people: PeopleDeps;
  live: Live;
  /** Every published row, in order. */
  rows: JournalRow[];
  devices: DeviceHealth[];
  /** Headers of a system with exactly this role: a token, made without the API. */
  as(role: Role): { authorization: string };
  /** Headers of a person with these roles, signed in without a password. */
  signedIn(roles: readonly Role[], login?: string): Promise<{ headers: { cookie: string }; person: Person }>;
  close(): Promise<void>;
}

export interface TestContextSettings extends Partial<ServerSettings> {
  isDemo?: boolean;
  /** Called for every route that is registered. */
  onRoute?: (method: string, url: string, right: RequiredRight) => void;
  features?: readonly ((app: App, context: Context) => void | Promise<void>)[];
}

export async function openContext(engine: TestEngine, settings: TestContextSettings = {}): Promise<TestContext> {
  const { isDemo = false, features = [], onRoute, ...server } = settings;
  const database = await freshDatabase(engine);
  const clock = virtualClock(Date.UTC(2026, 0, 5, 0, 30));
  const rows: JournalRow[] = [];
  const devices: DeviceHealth[] = [];
  let live: Live | null = null;
  const context: Context = {
    db: database.db,
    clock,
    newId: uuidv7,
    layout: layoutOf(demoSite()),
    publish(committed) {
      rows.push(...committed);
      live?.publish(committed);
    },
  };
  const peopleDeps = openPeople(context, randomBytes, { isDemo });
  const storage = { disks: () => [], problems: () => [], saw: () => {}, close: () => {} };
  const metrics = makeMetrics({ devices: () => devices, liveConnections: () => live?.connections() ?? 0 });
  const unlisted: string[] = [];
  const app = await buildServer({
    context,
    sessions: peopleDeps.sessions,
    knownBrowser: peopleDeps.browsers.any,
    ...(onRoute ? { onRoute } : {}),
    settings: {
      ...defaultServerSettings,
      version: "test",
      webRoot: "/nowhere",
      guessesPerMinuteMax: 100_000,
      // No limit, because the test machine may be busy with other things.
      eventLoopDelayMsMax: 0,
      ...server,
    },
    features: [
      (app) => void app.addHook("onSend", async (request, reply, sent) => noteUnlisted(unlisted, request, reply, sent)),
      (app) => sessionRoutes(app, peopleDeps),
      (app) => peopleRoutes(app, peopleDeps),
      (app) => journalRoutes(app, { context }),
      (app) => roomsRoutes(app, context),
      (app) => watchRoutes(app, { context, devices: () => devices, metrics, storage, version: "test" }),
      ...features.map((feature) => (app: App) => feature(app, context)),
    ],
  });
  const opened = createLive(app.server, { db: context.db, clock, sessions: peopleDeps.sessions, origins: [] });
  live = opened;
  await app.ready();

  await addTokens(context);

  return {
    app,
    context,
    database,
    clock,
    people: peopleDeps,
    live: opened,
    rows,
    devices,
    as: (role) => ({ authorization: `Bearer ${secretOf(role)}` }),
    async signedIn(held, login = `p-${randomBytes(4).toString("hex")}`) {
      const id = uuidv7();
      const roles = [...held];
      const person = { id, login, name: login, roles, language: "zh" as const, isActive: true, version: 1 };
      await context.db.insert(people).values({ ...person, passwordHash: null, createdAtMs: clock.nowMs() });
      const secret = await context.db.transaction((tx) => peopleDeps.sessions.start(tx, id, clock.nowMs()));
      return { headers: { cookie: `guiwei=${secret}` }, person: { ...person, canSignIn: false } };
    },
    async close() {
      await opened.close();
      await app.close();
      await database.close();
      if (unlisted.length > 0) throw new Error(`refused with what their rows do not list: ${unlisted.join("; ")}`);
    },
  };
}

/** Fails the test if an endpoint refuses with a code that its row of src/contract/endpoints does not name. */
function noteUnlisted(unlisted: string[], request: FastifyRequest, reply: FastifyReply, sent: unknown): void {
  const { endpoint } = request.routeOptions.config;
  if (!endpoint || reply.statusCode < 400 || typeof sent !== "string") return;
  const { code } = JSON.parse(sent) as { code?: string };
  const known: readonly string[] = [...refusalsOfAny, ...(endpoint.refusals ?? [])];
  // A health report that is down is an answer.
  if (code !== undefined && !known.includes(code)) unlisted.push(`${endpoint.method} ${endpoint.path}: ${code}`);
}

const secretOf = (role: Role) => `gw_${role}${"x".repeat(43 - role.length)}`;

/** One token for each role. */
async function addTokens(context: Context): Promise<void> {
  await context.db.insert(tokens).values(
    roles.map((role) => ({
      id: `token-${role}`,
      name: role,
      tokenHash: hashSecret(secretOf(role)),
      roles: [role],
      createdBy: "gateway",
      createdAtMs: context.clock.nowMs(),
    })),
  );
}

function demoSite() {
  const { site, faults } = parseSite(readFileSync("sites/demo.yaml", "utf8"));
  if (!site) throw new Error(JSON.stringify(faults));
  return site;
}
