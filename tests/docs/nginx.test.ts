/** deploy/nginx.conf on a running nginx: STOP goes through to its own door, the rest to the gateway, and both see who asks. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { type AddressInfo, createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/clock.ts";
import { hashSecret } from "../../src/people/secret.ts";
import { knownCallers } from "../../src/stop-door/known-callers.ts";
import { type Door, serveDoor } from "../../src/stop-door/serve-door.ts";
import { freePort } from "../support/free-port.ts";
import { read } from "./documents.ts";

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
const hasNginx = spawnSync("nginx", ["-v"], { env }).status === 0;
if (!hasNginx && process.env.GUIWEI_REQUIRE_NGINX === "1")
  throw new Error("GUIWEI_REQUIRE_NGINX=1, but nginx is missing");

const host = "archive.example";
const secret = "a".repeat(43);
const startMsMax = 30_000;

interface Seen {
  url: string;
  headers: IncomingHttpHeaders;
}

describe.skipIf(!hasNginx)("deploy/nginx.conf (skipped where nginx is not installed)", () => {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-nginx-"));
  const gatewaySaw: Seen[] = [];
  const stops: unknown[] = [];
  const gateway = createServer((asked, answer) => {
    gatewaySaw.push({ url: asked.url ?? "", headers: asked.headers });
    answer.end("of the gateway");
  });
  gateway.on("upgrade", (asked, socket) => {
    gatewaySaw.push({ url: asked.url ?? "", headers: asked.headers });
    socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  });
  let door: Door;
  let nginx: ChildProcess;
  let port: number;
  let said = "";

  /** With the ports and the certificate of this test, and none of the machine's folders. */
  function write(certificate: string, key: string): void {
    const ours = read("deploy/nginx.conf")
      .replace(/listen 443 ssl;/, `listen 127.0.0.1:${port} ssl;`)
      .replace(/127\.0\.0\.1:8080\b/g, `127.0.0.1:${(gateway.address() as AddressInfo).port}`)
      .replace(/127\.0\.0\.1:8081\b/g, `127.0.0.1:${door.port}`)
      .replace("/etc/ssl/guiwei/console.crt", certificate)
      .replace("/etc/ssl/guiwei/console.key", key);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path t-${one};`);
    const main = ["daemon off;", "worker_processes 1;", "pid nginx.pid;", "error_log stderr;", "events {}"];
    const text = [...main, "http {", "access_log off;", ...temporary, ours, "}"].join("\n");
    writeFileSync(join(folder, "nginx.conf"), text);
  }
  const words = ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"];

  beforeAll(async () => {
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
    const callers = knownCallers();
    const caller = { actor: "person:1", mayStop: true, leftMs: 3_600_000, language: null };
    callers.change([[hashSecret(secret), caller]], systemClock().monoMs());
    door = await serveDoor({
      opening: { host: "127.0.0.1", port: 0, tls: null, origins: [], trustProxy: "loopback" },
      callers,
      motion: {
        async stop(wish) {
          stops.push(wish);
          return 2;
        },
        isThere: () => true,
        close() {},
      },
      clock: systemClock(),
    });
    port = await freePort();
    const [key, certificate] = [join(folder, "k.pem"), join(folder, "c.pem")];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    execFileSync("openssl", [...made, "-subj", `/CN=${host}`, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    write(certificate, key);
    nginx = spawn("nginx", words, { env, stdio: ["ignore", "ignore", "pipe"] });
    nginx.stderr?.on("data", (bytes: Buffer) => {
      said += bytes;
    });
    for (const untilMs = Date.now() + startMsMax; !(await isUp()); await new Promise((done) => setTimeout(done, 50)))
      if (nginx.exitCode !== null || Date.now() > untilMs) throw new Error(`nginx does not listen: ${said}`);
  }, 120_000);
  afterAll(async () => {
    if (nginx?.exitCode === null) {
      const gone = new Promise((resolve) => nginx.once("exit", resolve));
      nginx.kill("SIGTERM");
      await gone;
    }
    door?.close();
    gateway.closeAllConnections();
    gateway.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const isUp = () =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });

  function ask(method: string, path: string, headers: Record<string, string> = {}) {
    const ca = readFileSync(join(folder, "c.pem"));
    const all = { host: `${host}:${port}`, ...headers };
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const asked = request({
        host: "127.0.0.1",
        port,
        servername: host,
        ca,
        agent: false,
        method,
        path,
        headers: all,
      });
      asked.on("response", (answer) => {
        let text = "";
        answer.on("data", (bytes: Buffer) => {
          text += bytes;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      asked.on("upgrade", (answer, socket) => {
        socket.destroy();
        resolve({ status: answer.statusCode ?? 0, text: "" });
      });
      asked.on("error", reject).end();
    });
  }

  it("is taken without a complaint", () => {
    const { stderr, status } = spawnSync("nginx", [...words, "-t"], { env, encoding: "utf8" });
    expect(stderr).toMatch(/syntax is ok/);
    expect(stderr).not.toMatch(/\[(warn|emerg|alert|crit)\]/);
    expect(status).toBe(0);
  });

  it("STOP reaches its own door with the path that the door knows, and the gateway hears nothing of it", async () => {
    const cookie = `guiwei=${secret}`;
    const origin = `https://${host}:${port}`;
    const answer = await ask("POST", "/stop-door/api/v1/areas/r1.1/stop?press=press-1234", { cookie, origin });
    expect(answer).toMatchObject({ status: 202 });
    expect(stops).toMatchObject([{ areaKey: "r1.1", press: "press-1234", actor: "person:1" }]);
    expect((await ask("GET", "/stop-door/health")).text).toContain('"motion":"up"');
    expect(gatewaySaw).toEqual([]);
  });

  it("a page of others stops nothing through it", async () => {
    const headers = { cookie: `guiwei=${secret}`, origin: "https://others.example" };
    expect((await ask("POST", "/stop-door/api/v1/stop", headers)).status).toBe(403);
    expect(stops).toHaveLength(1);
  });

  it("everything else reaches the gateway as it was asked, with the browser's host and address", async () => {
    expect(await ask("GET", "/api/v1/search?q=a%20b")).toEqual({ status: 200, text: "of the gateway" });
    expect(gatewaySaw.at(-1)).toMatchObject({
      url: "/api/v1/search?q=a%20b",
      headers: { host: `${host}:${port}`, "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https" },
    });
    const live = { connection: "Upgrade", upgrade: "websocket" };
    expect((await ask("GET", "/api/v1/live", live)).status).toBe(101);
    expect(gatewaySaw.at(-1)).toMatchObject({ url: "/api/v1/live", headers: { upgrade: "websocket" } });
  });
});
