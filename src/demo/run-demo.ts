/** The demo: the twin, the gateway with its embedded database and broker, a filled catalogue, a one-time link. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import type { Logger } from "pino";
import { demoDelivery } from "../../simulators/days/demo-delivery.ts";
import { openBrokerAccess } from "../broker-access.ts";
import type { Settings } from "../config.ts";
import type { GatewayLead, GatewayOptions } from "../gateway-options.ts";
import { createPerson } from "../people/create-person.ts";
import type { PeopleDeps } from "../people/deps.ts";
import { makeDemoCode } from "../people/one-time-codes.ts";
import { openGateway } from "../pipeline.ts";
import type { Layout } from "../site/layout.ts";
import type { Database } from "../storage/open-database.ts";
import { people } from "../storage/schema/people.ts";
import { examplesOf } from "./examples.ts";
import { fillCatalogue } from "./fill-catalogue.ts";
import { demoRoutes } from "./routes.ts";
import { startTwinProcess } from "./twin-process.ts";

const seed = "demo";
const demoLogin = "demo";

export interface DemoOptions extends Pick<GatewayOptions, "spawner"> {
  settings: Settings;
  layout: Layout;
  log: Logger;
  webRoot: string;
  version: string;
  say(line: string): void;
  stopsMotionBy?: (stop: () => void) => void;
  endsBecause?: (error: Error) => void;
  /** The database with its lock, or with the lead where it is on a server. */
  openStorage(): Promise<DemoStorage>;
  buildConsole(): Promise<void>;
}

export interface DemoStorage {
  database: Database;
  lead?: GatewayLead;
  /** Called after everything else is closed. */
  release?(): Promise<void>;
}

export interface RunningDemo {
  url: string;
  /** Address that signs in once. */
  link: string;
  twinUrl: string;
  close(): Promise<void>;
}

export async function runDemo(options: DemoOptions): Promise<RunningDemo> {
  // Take the lock first: the twin recreates its ptys in its folder, which would cut off a running demo.
  const storage = await options.openStorage();
  try {
    return await runLocked(options, storage);
  } catch (error) {
    await storage.database.close().catch(() => {});
    await storage.release?.();
    throw error;
  }
}

async function runLocked(options: DemoOptions, { database, lead, release }: DemoStorage): Promise<RunningDemo> {
  const { settings, layout, log, say } = options;
  const runtime = join(settings.DATA_DIR, "twin");
  await options.buildConsole();
  const broker = await openBrokerAccess(settings, layout, log);
  const mqttArgs = [
    "--mqtt-url",
    broker.url,
    ...(broker.secretsFile ? ["--mqtt-credentials", broker.secretsFile] : []),
  ];
  const twin = await startTwinProcess({
    args: [
      "--site",
      settings.SITE_FILE,
      "--seed",
      seed,
      "--runtime",
      runtime,
      "--control-port",
      "0",
      "--remember",
      join(settings.DATA_DIR, "room.json"),
      ...mqttArgs,
    ],
    report: (line) => say(line),
  });
  try {
    const delivery = demoDelivery(layout, seed);
    const gateway = await openGateway({
      ...options,
      links: twin.links,
      mqtt: broker.mqtt,
      motionMqtt: broker.motion,
      isDemo: true,
      ...(lead ? { lead } : {}),
      database: Promise.resolve(database),
      extraRoutes: (app) => demoRoutes(app, { controlUrl: twin.controlUrl, examples: examplesOf(delivery) }),
    });
    const rows = await fillCatalogue(gateway.context, gateway.imports, delivery);
    if (rows > 0) log.info({ rows }, "demo catalogue imported");
    const code = await makeDemoCode(gateway.context, randomBytes, await demoPerson(gateway.people));
    return {
      url: gateway.url,
      link: `${gateway.url}/#demo=${code}`,
      twinUrl: twin.controlUrl,
      async close() {
        await gateway.close();
        await twin.close();
        await broker.close();
        await release?.();
      },
    };
  } catch (error) {
    await twin.close();
    await broker.close();
    throw error;
  }
}

/** The demo's visitor has all rights and no password. */
async function demoPerson(deps: PeopleDeps): Promise<string> {
  const [row] = await deps.context.db.select({ id: people.id }).from(people).where(eq(people.login, demoLogin));
  if (row) return row.id;
  const person = await createPerson(deps, "gateway", {
    login: demoLogin,
    name: "演示用户",
    roles: ["archivist", "operator", "supervisor", "auditor", "administrator"],
    language: "zh",
  });
  return person.id;
}
