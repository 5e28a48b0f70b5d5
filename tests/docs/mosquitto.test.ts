/** deploy/mosquitto.conf with the files of deploy/prepare-broker.mjs, on a running Mosquitto. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"].find((path) => existsSync(path)) ?? "mosquitto";
const hasMosquitto = spawnSync(program, ["-h"]).error === undefined;
if (!hasMosquitto && process.env.GUIWEI_REQUIRE_MOSQUITTO === "1")
  throw new Error("GUIWEI_REQUIRE_MOSQUITTO=1, but Mosquitto is missing");

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

const root = "archive/v1/demo/r1";
const gatewayPassword = "a-password-of-the-gateway";

describe.skipIf(!hasMosquitto)("deploy/mosquitto.conf (skipped where Mosquitto is not installed)", () => {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-broker-"));
  const clients: MqttClient[] = [];
  let broker: ChildProcess | null = null;
  let said = "";
  let port = 0;

  const prepare = () =>
    execFileSync(process.execPath, ["deploy/prepare-broker.mjs", folder], {
      env: { ...process.env, MQTT_PASSWORD: gatewayPassword, SITE_FILE: "sites/demo.yaml" },
      encoding: "utf8",
    });
  const logins = () =>
    JSON.parse(readFileSync(join(folder, "device-secrets.json"), "utf8")) as Record<string, { password: string }>;

  async function client(username: string, password: string, ca = readFileSync(join(folder, "broker.crt"))) {
    const options = { username, password, ca, clientId: `${username}.test`, reconnectPeriod: 0, connectTimeout: 5_000 };
    const connected = await connectAsync(`mqtts://127.0.0.1:${port}`, options, false);
    clients.push(connected);
    return connected;
  }

  beforeAll(async () => {
    prepare();
    port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const { port: free } = server.address() as { port: number };
        server.close(() => resolve(free));
      });
    });
    const text = readFileSync("deploy/mosquitto.conf", "utf8")
      .replaceAll("/broker/", `${folder}/`)
      .replace("listener 8883", `listener ${port} 127.0.0.1`);
    // Started as root it would drop to a user who cannot read the files.
    const user = process.getuid?.() === 0 ? "user root\n" : "";
    writeFileSync(join(folder, "mosquitto.conf"), `${text}${user}`);
    const child = spawn(program, ["-c", join(folder, "mosquitto.conf")], { stdio: ["ignore", "pipe", "pipe"] });
    broker = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes: Buffer) => {
        said += bytes;
      });
    for (let i = 0; i < 200 && !(await isListening(port)); i++) {
      if (child.exitCode !== null) throw new Error(`Mosquitto ended with ${child.exitCode}: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  afterAll(async () => {
    for (const each of clients) await each.endAsync(true);
    if (broker && broker.exitCode === null) {
      const gone = new Promise((resolve) => broker?.once("exit", resolve));
      broker.kill("SIGTERM");
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts without a complaint", async () => {
    expect(await isListening(port)).toBe(true);
    const complaints = said.split("\n").filter((line) => /error|warning|unknown|deprecated/i.test(line));
    expect(complaints.filter((line) => !line.includes("should not be run as root"))).toEqual([]);
  });

  it("carries a command to its device and the state back", async () => {
    const gateway = await client("gateway", gatewayPassword);
    const shelf = await client("shelf-2", logins()["shelf-2"]?.password ?? "");
    const heard: string[] = [];
    gateway.on("message", (topic) => heard.push(topic));
    shelf.on("message", (topic) => heard.push(topic));
    await gateway.subscribeAsync(`${root}/shelf/+/state`, { qos: 1 });
    await shelf.subscribeAsync(`${root}/shelf/shelf-2/cmd`, { qos: 1 });
    await gateway.publishAsync(`${root}/shelf/shelf-2/cmd`, "{}", { qos: 1 });
    await shelf.publishAsync(`${root}/shelf/shelf-2/state`, "{}", { qos: 1 });
    await expect.poll(() => heard.sort()).toEqual([`${root}/shelf/shelf-2/cmd`, `${root}/shelf/shelf-2/state`]);
  });

  it("keeps a device to its own topics", async () => {
    const gateway = await client("gateway", gatewayPassword);
    const reader = await client("rd-209", logins()["rd-209"]?.password ?? "");
    const heard: string[] = [];
    gateway.on("message", (topic) => heard.push(topic));
    reader.on("message", (topic) => heard.push(`reader heard ${topic}`));
    await gateway.subscribeAsync([`${root}/reader/+/tag`, `${root}/shelf/+/state`], { qos: 1 });
    await reader.subscribeAsync([`${root}/shelf/shelf-2/cmd`, `${root}/reader/rd-210/cmd`, "#"], { qos: 1 });
    await gateway.publishAsync(`${root}/shelf/shelf-2/cmd`, "{}", { qos: 1 });
    await gateway.publishAsync(`${root}/reader/rd-210/cmd`, "{}", { qos: 1 });
    await reader.publishAsync(`${root}/shelf/shelf-2/state`, "{}", { qos: 1 });
    await reader.publishAsync(`${root}/shelf/shelf-2/cmd`, "{}", { qos: 1 });
    await reader.publishAsync(`${root}/reader/rd-210/tag`, "{}", { qos: 1 });
    // What is allowed comes last: everything before it has been through.
    await reader.publishAsync(`${root}/reader/rd-209/tag`, "{}", { qos: 1 });
    await expect.poll(() => heard).toContain(`${root}/reader/rd-209/tag`);
    expect(heard).toEqual([`${root}/reader/rd-209/tag`]);
  });

  it("lets nobody in without the right password, and nobody trusts another certificate", async () => {
    await expect(client("gateway", "wrong")).rejects.toThrow(/not authori[sz]ed/i);
    await expect(client("nobody", gatewayPassword)).rejects.toThrow(/not authori[sz]ed/i);
    await expect(client("gateway", gatewayPassword, Buffer.from(""))).rejects.toThrow(/self.signed/i);
  });

  it("keeps passwords and certificate when it is prepared again, and its secrets to itself", () => {
    const before = [logins(), readFileSync(join(folder, "broker.crt"), "utf8")];
    prepare();
    expect([logins(), readFileSync(join(folder, "broker.crt"), "utf8")]).toEqual(before);
    for (const name of ["passwordfile", "aclfile", "device-secrets.json", "broker.key"])
      expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
    expect(readFileSync(join(folder, "passwordfile"), "utf8")).not.toContain(gatewayPassword);
  });
});
