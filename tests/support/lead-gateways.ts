/** Two real gateways on one real PostgreSQL, one twin and one Mosquitto, as on two machines: a folder, a port and a line each. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Health } from "../../src/contract/ports.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { makeTemplates, templateName } from "./database-templates.ts";
import { freePort } from "./free-port.ts";
import { type Answer, until } from "./gateway-process.ts";
import { startMosquitto, type TestMosquitto } from "./mosquitto.ts";
import { startServer, type TestServer } from "./postgres-server.ts";
import { familyOf } from "./processes.ts";
import { smallDelivery, smallSiteFile } from "./small-site.ts";
import { type SwallowingProxy, swallowingProxy } from "./swallowing-proxy.ts";
import { startTwin, type TestTwin } from "./twin-process.ts";

const bin = fileURLToPath(new URL("../../bin/guiwei.mjs", import.meta.url));

export interface LeadGateway {
  url: string;
  dataDir: string;
  /** Its own line to PostgreSQL. */
  proxy: SwallowingProxy;
  start(): void;
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Null when the gateway does not answer. */
  role(): Promise<Health["lead"]["role"] | null>;
  signal(signal: NodeJS.Signals): void;
  /** Pid of its motion process; null while there is none. */
  motionPid(): number | null;
  /** Remote ports of connections of the gateway and all its children. */
  remotePorts(): number[];
  pid(): number;
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  ended(): number | null;
  said(): string;
  /** Runs `guiwei …` with its settings, of which `env` replaces some. */
  guiwei(env: Record<string, string>, ...words: string[]): Promise<{ code: number; said: string }>;
}

export interface LeadContext {
  server: TestServer;
  databaseUrl: string;
  mosquitto: TestMosquitto;
  twin: TestTwin;
  a: LeadGateway;
  b: LeadGateway;
  /** Uses tokens of every role, which the first leader made. */
  signUp(gateway: LeadGateway): Promise<void>;
  token(): string;
  dispose(): Promise<void>;
}

/** `isEmpty`: a database without any schema. */
export async function openLeadContext(programs: string, { isEmpty = false } = {}): Promise<LeadContext> {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-lead-"));
  const { cluster } = await makeTemplates(programs);
  const server = await startServer(programs, cluster as string, ["synchronous_commit=on"]);
  const databaseUrl = server.url(isEmpty ? "empty" : templateName);
  if (isEmpty) {
    const admin = await openDatabase({ url: server.url("postgres"), connectionsMax: 1 });
    await admin.sql`CREATE DATABASE empty`;
    await admin.close();
  }
  const mosquitto = await startMosquitto(smallSiteFile);
  const twin = await startTwin({
    folder: join(folder, "twin"),
    siteFile: smallSiteFile,
    delivery: smallDelivery,
    mqttUrl: mosquitto.url,
    secretsFile: mosquitto.secretsFile,
    caFile: mosquitto.caFile,
  });
  let authorization = "";
  const gateways: LeadGateway[] = [];

  async function gatewayOf(name: string): Promise<LeadGateway> {
    const dataDir = join(folder, name);
    mkdirSync(dataDir, { recursive: true });
    const proxy = await swallowingProxy(Number(new URL(databaseUrl).port));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const own = new URL(databaseUrl);
    own.port = String(proxy.port);
    const env = {
      ...process.env,
      ...{ SITE_FILE: smallSiteFile, DATA_DIR: dataDir, DATABASE_URL: own.href, LINKS_FILE: twin.linksFile },
      ...{ HOST: "127.0.0.1", PORT: String(port), LOG_LEVEL: "warn", ORIGINS: `https://${name}.example` },
      ...{ MQTT_URL: mosquitto.url, MQTT_PASSWORD: mosquitto.gatewayPassword, MQTT_CA: mosquitto.caFile },
    };
    let child: ChildProcess | null = null;
    let text = "";
    const gateway: LeadGateway = {
      url,
      dataDir,
      proxy,
      start() {
        const started = spawn(process.execPath, [bin, "serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
        child = started;
        for (const stream of [started.stdout, started.stderr])
          stream?.on("data", (bytes: Buffer) => {
            text = `${text}${bytes}`.slice(-20_000);
          });
      },
      async ask(method, path, body, headers = { authorization }) {
        const response = await fetch(`${url}${path}`, {
          method,
          headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(20_000),
        });
        const bytes = Buffer.from(await response.arrayBuffer());
        const isJson = /json/.test(response.headers.get("content-type") ?? "");
        return { status: response.status, bytes, body: isJson && bytes.length > 0 ? JSON.parse(String(bytes)) : null };
      },
      role: () =>
        fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) }).then(
          async (answer) => ((await answer.json()) as Partial<Health>).lead?.role ?? null,
          () => null,
        ),
      signal: (signal) => void child?.kill(signal),
      motionPid() {
        try {
          const { pid } = JSON.parse(readFileSync(join(dataDir, "motion/running.json"), "utf8")) as { pid: number };
          process.kill(pid, 0);
          return pid;
        } catch {
          return null;
        }
      },
      remotePorts: () => familyOf(child?.pid ?? 0).flatMap(remotePortsOf),
      pid: () => child?.pid ?? 0,
      async kill(signal = "SIGKILL") {
        const dying = child;
        if (!dying || dying.exitCode !== null || dying.signalCode !== null) return dying?.exitCode ?? null;
        const gone = new Promise((resolve) => dying.once("exit", resolve));
        dying.kill(signal);
        if (signal === "SIGKILL") dying.kill("SIGCONT");
        await gone;
        return dying.exitCode;
      },
      ended: () => child && (child.exitCode ?? (child.signalCode ? -1 : null)),
      said: () => text,
      guiwei: (more, ...words) =>
        new Promise((resolve) => {
          execFile(process.execPath, [bin, ...words], { env: { ...env, ...more } }, (error, stdout, stderr) =>
            resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr }),
          );
        }),
    };
    gateways.push(gateway);
    return gateway;
  }

  const a = await gatewayOf("a");
  const b = await gatewayOf("b");
  return {
    ...{ server, databaseUrl, mosquitto, twin, a, b },
    token: () => authorization,
    async signUp(gateway) {
      const code = await until("the set-up code is printed", () => /set-up code: (\S+)/.exec(gateway.said())?.[1]);
      const person = { code, login: "admin", name: "管理员", password: "only for tests 1", language: "zh" };
      const made = await fetch(`${gateway.url}/api/v1/set-up`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(person),
      });
      if (made.status !== 201) throw new Error(`set-up: ${made.status} ${await made.text()}`);
      const cookie = made.headers.get("set-cookie")?.split(";")[0] ?? "";
      const roles = ["archivist", "operator", "supervisor", "auditor", "administrator"];
      const token = await gateway.ask("POST", "/api/v1/tokens", { name: "tests", roles }, { cookie });
      authorization = `Bearer ${(token.body as { secret: string }).secret}`;
    },
    async dispose() {
      for (const gateway of gateways) {
        const motion = gateway.motionPid();
        await gateway.kill();
        if (motion !== null) endHeld(motion);
        await gateway.proxy.close();
      }
      await twin.close();
      await mosquitto.dispose();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A held process does not notice a closed channel. */
function endHeld(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Empty for a process that has just ended. */
function remotePortsOf(pid: number): number[] {
  try {
    return socketsOf(pid);
  } catch {
    return [];
  }
}

function socketsOf(pid: number): number[] {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).flatMap((fd) => {
    try {
      return [readlinkSync(join(folder, fd))];
    } catch {
      return [];
    }
  });
  const inodes = new Set(targets.map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1]).filter(Boolean));
  return readFileSync(`/proc/${pid}/net/tcp`, "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => inodes.has(fields[9]))
    .map((fields) => Number.parseInt(fields[2]?.split(":")[1] ?? "0", 16));
}
