/**
 * The real gateway as a child process (`bin/guiwei.mjs serve`) beside a twin that outlives it: free ports, a folder of its own,
 * signed in. `kill` is SIGKILL; `start` starts it again on the same folder and ports.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Delivery } from "../../simulators/days/demo-delivery.ts";
import type { ImportView } from "../../src/contract/catalogue.ts";
import { keepDeviceSecrets } from "../../src/devices/broker/device-secrets.ts";
import { brokerRights, passwordOwnerOf } from "../../src/devices/broker/rights.ts";
import { readLayout } from "../../src/read-layout.ts";
import { freePort } from "./free-port.ts";
import { freshStore, type Store, type StoreEngine } from "./fresh-store.ts";
import { gatewayChild } from "./gateway-child.ts";
import { type Answer, gatewayClient } from "./gateway-client.ts";
import type { TestMosquitto } from "./mosquitto.ts";
import type { TestServer } from "./postgres-server.ts";
import { smallDelivery, smallSiteFile } from "./small-site.ts";
import { startTwin, type TestTwin } from "./twin-process.ts";

export {
  besideOnEachStore,
  besideOnOneStore,
  freshStore,
  onEachStore,
  onOneStore,
  type Store,
  type StoreEngine,
} from "./fresh-store.ts";
export type { Answer } from "./gateway-client.ts";
export { pause, until } from "./until.ts";

const bin = fileURLToPath(new URL("../../bin/guiwei.mjs", import.meta.url));

export interface TestGateway {
  url: string;
  /** Port of the embedded broker. */
  mqttPort: number;
  store: Store;
  twin: TestTwin;
  delivery: Delivery;
  /** Sends a token with all rights; resolves with any status. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The same, but a refusal becomes an error with the gateway's own words. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  fillCatalogue(): Promise<ImportView>;
  upload(filename: string, bytes: Uint8Array): Promise<ImportView>;
  /** Headers for a request that a test makes itself. */
  headers(): Record<string, string>;
  /** SIGKILL by default; resolves with the exit code when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Null while it runs; its exit code, or -1 after a signal. */
  ended(): number | null;
  /** `guiwei …` on the same folder; on the embedded database the gateway must be down. */
  guiwei(...words: string[]): Promise<{ code: number; said: string }>;
  said(): string;
  dispose(): Promise<void>;
}

export interface GatewayExtras {
  /** Where no test run has prepared databases (a bench): the gateway makes its own. */
  emptyStore?: Store | null;
  isFresh?: boolean;
  broker?: TestMosquitto | null;
  /** A PostgreSQL of its own, made from the templates' cluster, which a test may end. */
  server?: TestServer | null;
  /** Where its folder is made, e.g. on a small disk. */
  parent?: string;
  /** Another site with the same boxes. */
  siteFile?: string;
  /** Used in place of the small site and a twin of its own; the caller closes it. */
  room?: { siteFile: string; linksFile: string; twin: TestTwin } | null;
}

/**
 * Opens a twin, a gateway, an administrator made with the printed code, and a token of every role; `isFresh`: without people;
 * `broker`: an external one.
 */
export async function openGatewayProcess(
  engine: StoreEngine,
  env: Record<string, string> = {},
  {
    isFresh = false,
    broker = null,
    server = null,
    parent = tmpdir(),
    siteFile = smallSiteFile,
    room = null,
    emptyStore = null,
  }: GatewayExtras = {},
): Promise<TestGateway> {
  const store = emptyStore ?? (await freshStore(engine, server, parent));
  const [port, mqttPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(store.dataDir, { recursive: true });
  const ours = () =>
    keepDeviceSecrets(
      join(store.dataDir, "device-secrets.json"),
      brokerRights(readLayout(siteFile)).map((one) => passwordOwnerOf(one.username)),
      randomBytes,
    ).file;
  const startOwn = () =>
    startTwin({
      folder: join(store.dataDir, "twin"),
      siteFile,
      delivery: smallDelivery,
      mqttUrl: broker?.url ?? `mqtt://127.0.0.1:${mqttPort}`,
      secretsFile: broker?.secretsFile ?? ours(),
      ...(broker ? { caFile: broker.caFile } : {}),
    });
  const twin = room?.twin ?? (await startOwn());
  const external = broker && { MQTT_URL: broker.url, MQTT_PASSWORD: broker.gatewayPassword, MQTT_CA: broker.caFile };
  const childEnv = {
    ...process.env,
    SITE_FILE: room?.siteFile ?? siteFile,
    DATA_DIR: store.dataDir,
    HOST: "127.0.0.1",
    PORT: String(port),
    STOP_PORT: "0",
    MQTT_PORT: String(mqttPort),
    LINKS_FILE: room?.linksFile ?? twin.linksFile,
    LOG_LEVEL: "warn",
    ...store.env,
    ...external,
    ...env,
  };
  const child = gatewayChild(bin, childEnv, url);
  const client = gatewayClient(url);
  const { call, upload } = client;

  async function dispose(): Promise<void> {
    await child.kill();
    if (!room) await twin.close();
    await store.remove();
  }

  try {
    await child.start();
    if (!isFresh) await client.signUp(child.said);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    ...{ url, mqttPort, store, twin, delivery: smallDelivery, ask: client.ask, call, upload },
    headers: client.headers,
    fillCatalogue: () => client.fillCatalogue(smallDelivery),
    ...child,
    guiwei: (...words) =>
      new Promise((resolve) => {
        execFile(process.execPath, [bin, ...words], { env: childEnv }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr }),
        );
      }),
    dispose,
  };
}
