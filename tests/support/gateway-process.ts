/**
 * The real gateway as a child process (`bin/guiwei.mjs serve`) beside a twin that outlives it: free ports, a folder of its
 * own, signed in. `kill` is SIGKILL; `start` brings it up again on the same folder and ports.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Delivery } from "../../simulators/days/demo-delivery.ts";
import type { ImportView } from "../../src/contract/catalogue.ts";
import { deliveryXlsx } from "../../src/demo/fill-catalogue.ts";
import { keepDeviceSecrets } from "../../src/devices/broker/device-secrets.ts";
import { brokerRights, passwordOwnerOf } from "../../src/devices/broker/rights.ts";
import { readLayout } from "../../src/read-layout.ts";
import { freePort } from "./free-port.ts";
import { freshStore, type Store, type StoreEngine } from "./fresh-store.ts";
import type { TestMosquitto } from "./mosquitto.ts";
import type { TestServer } from "./postgres-server.ts";
import { smallDelivery, smallSiteFile } from "./small-site.ts";
import { startTwin, type TestTwin } from "./twin-process.ts";

export { freshStore, onEachStore, type Store, type StoreEngine } from "./fresh-store.ts";

const bin = fileURLToPath(new URL("../../bin/guiwei.mjs", import.meta.url));
const startMsMax = 180_000;
const linesKeptMax = 60;

export interface Answer {
  status: number;
  body: unknown;
  bytes: Buffer;
}

export interface TestGateway {
  url: string;
  /** Of the broker inside. */
  mqttPort: number;
  store: Store;
  twin: TestTwin;
  delivery: Delivery;
  /** The token may do everything; any status is an answer. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The same, but a refusal is an error with the gateway's own words. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  fillCatalogue(): Promise<ImportView>;
  upload(filename: string, bytes: Uint8Array): Promise<ImportView>;
  /** Of a request that a test makes itself. */
  headers(): Record<string, string>;
  /** SIGKILL unless told otherwise; resolves with the exit code when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Null while it runs; its exit code, or -1 after a signal. */
  ended(): number | null;
  /** `guiwei …` on the same folder; the gateway must be down on the embedded database. */
  guiwei(...words: string[]): Promise<{ code: number; said: string }>;
  said(): string;
  dispose(): Promise<void>;
}

export interface GatewayExtras {
  isFresh?: boolean;
  broker?: TestMosquitto | null;
  /** A PostgreSQL of its own, made from the templates' cluster, that a test may end. */
  server?: TestServer | null;
  /** Where its folder is made, e.g. on a small disk. */
  parent?: string;
  /** Another site of the same boxes. */
  siteFile?: string;
  /** In place of the small site and a twin of its own; whoever gives it closes it. */
  room?: { siteFile: string; linksFile: string; twin: TestTwin } | null;
}

/** A twin, a gateway, an administrator made with the printed code, and a token of every role; `isFresh`: nobody yet; `broker`: an external one. */
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
  }: GatewayExtras = {},
): Promise<TestGateway> {
  const store = await freshStore(engine, server, parent);
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
  const lines: string[] = [];
  let child: ChildProcess | null = null;
  let authorization = "";

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [bin, "serve"], { env: childEnv, stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    const keep = (bytes: Buffer) => {
      lines.push(...bytes.toString().split("\n").filter(Boolean));
      lines.splice(0, Math.max(0, lines.length - linesKeptMax));
    };
    started.stdout?.on("data", keep);
    started.stderr?.on("data", keep);
    for (const untilMs = Date.now() + startMsMax; Date.now() < untilMs; ) {
      if (started.exitCode !== null) throw new Error(`the gateway ended with ${started.exitCode}: ${said()}`);
      const isUp = await fetch(`${url}/health`).then(
        (response) => response.ok,
        () => false,
      );
      if (isUp) return;
      await pause(100);
    }
    throw new Error(`the gateway did not answer in ${startMsMax} ms: ${said()}`);
  }

  async function kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number | null> {
    const dying = child;
    child = null;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return dying?.exitCode ?? null;
    const gone = new Promise((resolve) => dying.once("exit", resolve));
    dying.kill(signal);
    await gone;
    return dying.exitCode;
  }

  const ended = () => (child && (child.exitCode ?? (child.signalCode ? -1 : null))) as number | null;
  const said = () => lines.join("\n");

  async function ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization,
        ...more,
        ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, bytes, body: isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : null };
  }

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await ask(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.bytes.toString()}`);
    return answer.body as T;
  }

  async function signUp(): Promise<void> {
    const code = await until("the set-up code is printed", () => /set-up code: (\S+)/.exec(said())?.[1]);
    const person = { code, login: "admin", name: "管理员", password: "only for tests 1", language: "zh" };
    const response = await fetch(`${url}/api/v1/set-up`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(person),
    });
    const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
    if (response.status !== 201) throw new Error(`set-up: ${response.status} ${await response.text()}`);
    const made = await fetch(`${url}/api/v1/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify({
        name: "tests",
        roles: ["archivist", "operator", "supervisor", "auditor", "administrator"],
      }),
    });
    if (made.status !== 201) throw new Error(`token: ${made.status} ${await made.text()}`);
    authorization = `Bearer ${((await made.json()) as { secret: string }).secret}`;
  }

  async function upload(filename: string, bytes: Uint8Array): Promise<ImportView> {
    const form = new FormData();
    form.set("file", new Blob([bytes as Uint8Array<ArrayBuffer>]), filename);
    return call<ImportView>("POST", "/api/v1/imports", form);
  }

  async function dispose(): Promise<void> {
    await kill();
    if (!room) await twin.close();
    await store.remove();
  }

  try {
    await start();
    if (!isFresh) await signUp();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url,
    mqttPort,
    store,
    twin,
    delivery: smallDelivery,
    ask,
    call,
    upload,
    headers: () => ({ authorization }),
    async fillCatalogue() {
      const { id } = await upload("delivery.xlsx", await deliveryXlsx(smallDelivery));
      const inState = (state: string) =>
        until(`the import is ${state}`, async () => {
          const view = await call<ImportView>("GET", `/api/v1/imports/${id}`);
          if (view.state === "failed") throw new Error(JSON.stringify(view));
          return view.state === state ? view : null;
        });
      await inState("checked");
      await call("POST", `/api/v1/imports/${id}/run`);
      return inState("done");
    },
    kill,
    start,
    signal: (signal) => void child?.kill(signal),
    ended,
    guiwei: (...words) =>
      new Promise((resolve) => {
        execFile(process.execPath, [bin, ...words], { env: childEnv }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr }),
        );
      }),
    said,
    dispose,
  };
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const untilMsMax = 120_000;
const lookEveryMs = 100;

/** Asks again until there is an answer; what was waited for is in the error. */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  msMax = untilMsMax,
): Promise<T> {
  for (const endMs = Date.now() + msMax; ; ) {
    const found = await look();
    if (found) return found;
    if (Date.now() > endMs) throw new Error(`not within ${msMax} ms: ${what}`);
    await pause(lookEveryMs);
  }
}
