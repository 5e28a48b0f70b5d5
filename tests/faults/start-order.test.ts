/** What a start says and touches, and in which order: a second one, a taken port, a database that is not there yet. */
import { spawn } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTemplates, templateName } from "../support/database-templates.ts";
import { type DemoProcess, startDemo } from "../support/demo-process.ts";
import { freePort } from "../support/free-port.ts";
import { until } from "../support/gateway-process.ts";
import { postgresPrograms, startServer, type TestServer } from "../support/postgres-server.ts";
import { smallSiteFile } from "../support/small-site.ts";

interface Started {
  said(): string;
  ended(): number | null;
  stop(): Promise<void>;
}

function start(command: string, env: Record<string, string>): Started {
  const child = spawn(process.execPath, ["bin/guiwei.mjs", command], {
    env: { ...process.env, PORT: "0", STOP_PORT: "0", MQTT_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk));
  return {
    said: () => text,
    ended: () => child.exitCode,
    async stop() {
      if (child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    },
  };
}

const endOf = async (started: Started) => {
  await until("it has ended", () => started.ended() !== null).finally(() => started.stop());
  return started.said();
};

describe("npm start a second time", () => {
  let demo: DemoProcess;
  const dataDir = mkdtempSync(join(tmpdir(), "guiwei-twice-"));

  beforeAll(async () => {
    demo = await startDemo({ DATA_DIR: dataDir });
  }, 300_000);
  afterAll(async () => {
    await demo?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  /** Everything of the twin's folder, as it lies there: ptys are links to devices. */
  function twinFolder(): string[] {
    const folder = join(dataDir, "twin");
    return readdirSync(folder).map((name) => {
      const { ino, mtimeMs } = lstatSync(join(folder, name));
      const to = lstatSync(join(folder, name)).isSymbolicLink() ? readlinkSync(join(folder, name)) : "";
      return `${name} ${ino} ${mtimeMs} ${to}`;
    });
  }
  const devices = async () => ((await (await fetch(`${demo.url}/health`)).json()) as { devices: object }).devices;

  it("is refused in words, and the first one keeps its ptys, its passwords and its devices", async () => {
    await until("the first has its devices", async () => JSON.stringify(await devices()).includes('"down":0'));
    const before = [twinFolder(), lstatSync(join(dataDir, "device-secrets.json")).mtimeMs, await devices()];
    const said = await endOf(start("demo", { DATA_DIR: dataDir }));
    expect(said).toContain("数据目录正被另一个进程使用");
    expect(said).toContain("is in use by another Guiwei");
    // Long enough for a line that was torn away to be missed.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect([twinFolder(), lstatSync(join(dataDir, "device-secrets.json")).mtimeMs, await devices()]).toEqual(before);
  }, 180_000);

  it("is told of the port before anything else", async () => {
    const { port } = new URL(demo.url);
    const before = twinFolder();
    const said = await endOf(start("demo", { DATA_DIR: dataDir, PORT: port }));
    expect(said).toContain(`端口 ${port} 已被其他程序占用`);
    expect(said).not.toContain("is in use by another Guiwei");
    expect(twinFolder()).toEqual(before);
  }, 180_000);
});

describe("a taken port", () => {
  let taken: Server;
  let port: number;
  const dataDir = join(mkdtempSync(join(tmpdir(), "guiwei-port-")), "data");

  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    port = (taken.address() as { port: number }).port;
  });
  afterAll(() => void taken.close());

  it.each(["PORT", "STOP_PORT", "MQTT_PORT"])(
    "%s is told before a folder is made, a database begun or a broker opened",
    async (name) => {
      const started = start("serve", { DATA_DIR: dataDir, SITE_FILE: smallSiteFile, [name]: String(port) });
      const said = await endOf(started);
      expect(said).toContain(`Port ${port} is in use by another program: close it, or choose another with ${name}.`);
      expect(started.ended()).toBe(1);
      expect(() => lstatSync(dataDir)).toThrow(/ENOENT/);
    },
    180_000,
  );
});

const programs = postgresPrograms();

describe.skipIf(!programs)("a PostgreSQL that is away at the start (needs PostgreSQL)", () => {
  let server: TestServer;
  const dataDir = mkdtempSync(join(tmpdir(), "guiwei-away-"));

  beforeAll(async () => {
    const { cluster } = await makeTemplates(programs);
    server = await startServer(programs as string, cluster as string);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  it("is waited for in words of both languages, and then the gateway serves", async () => {
    await server.down("SIGINT");
    const port = await freePort();
    const env = { DATA_DIR: dataDir, SITE_FILE: smallSiteFile, DATABASE_URL: server.url(templateName) };
    const started = start("serve", { ...env, PORT: String(port), LOG_LEVEL: "warn" });
    try {
      await until("it says that it waits", () => /数据库还没有应答.*ECONNREFUSED/.test(started.said()));
      expect(started.said()).toMatch(/The database does not answer yet; waited for \d+ s so far/);
      expect(started.ended()).toBe(null);
      await server.up();
      await until("it serves", () =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
    } finally {
      await started.stop();
    }
  }, 240_000);

  it.each([
    ["a user that may not", (url: string) => url.replace("guiwei@", "stranger:secret@"), /refused user stranger/],
    ["a missing database", (url: string) => url.replace(templateName, "nowhere"), /has no database "nowhere"/],
  ] as const)(
    "%s is told at once",
    async (_what, address, words) => {
      const env = { DATA_DIR: dataDir, SITE_FILE: smallSiteFile, DATABASE_URL: address(server.url(templateName)) };
      const said = await endOf(start("serve", env));
      expect(said).toMatch(words);
      expect(said).toContain("数据库拒绝了连接");
      expect(said).not.toContain("does not answer yet");
      expect(said).not.toContain("secret");
    },
    180_000,
  );
});
