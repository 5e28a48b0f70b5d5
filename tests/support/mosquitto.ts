/**
 * Mosquitto with deploy/mosquitto.conf and the files of deploy/prepare-broker.mjs, as an integrator runs it: TLS, passwords, ACL.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

const program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"].find((path) => existsSync(path)) ?? "mosquitto";
export const hasMosquitto = spawnSync(program, ["-h"]).error === undefined;
if (!hasMosquitto && process.env.GUIWEI_REQUIRE_MOSQUITTO === "1")
  throw new Error("GUIWEI_REQUIRE_MOSQUITTO=1, but Mosquitto is missing");

export interface TestMosquitto {
  folder: string;
  port: number;
  url: string;
  caFile: string;
  /** File with every device's password, which the twin reads. */
  secretsFile: string;
  gatewayPassword: string;
  /** Makes the files again, as after a change of the site. */
  prepare(): void;
  said(): string;
  start(): Promise<void>;
  stop(): Promise<void>;
  dispose(): Promise<void>;
}

export async function startMosquitto(siteFile: string): Promise<TestMosquitto> {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-broker-"));
  const gatewayPassword = "a-password-of-the-gateway";
  let child: ChildProcess | null = null;
  let said = "";

  const prepare = () => {
    execFileSync(process.execPath, ["deploy/prepare-broker.mjs", folder], {
      env: { ...process.env, MQTT_PASSWORD: gatewayPassword, SITE_FILE: siteFile },
      encoding: "utf8",
    });
  };
  prepare();
  const port = await freePort();
  const text = readFileSync("deploy/mosquitto.conf", "utf8")
    .replaceAll("/broker/", `${folder}/`)
    .replace("listener 8883", `listener ${port} 127.0.0.1`);
  // Started as root it would change to a user who cannot read the files.
  const user = process.getuid?.() === 0 ? "user root\n" : "";
  writeFileSync(join(folder, "mosquitto.conf"), `${text}${user}`);

  async function start(): Promise<void> {
    const started = spawn(program, ["-c", join(folder, "mosquitto.conf")], { stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (bytes: Buffer) => {
        said += bytes;
      });
    for (let i = 0; i < 200 && !(await isListening(port)); i++) {
      if (started.exitCode !== null) throw new Error(`Mosquitto ended with ${started.exitCode}: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function stop(): Promise<void> {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null) return;
    const gone = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill("SIGTERM");
    await gone;
  }

  await start();
  return {
    folder,
    port,
    url: `mqtts://127.0.0.1:${port}`,
    caFile: join(folder, "broker.crt"),
    secretsFile: join(folder, "device-secrets.json"),
    gatewayPassword,
    prepare,
    said: () => said,
    start,
    stop,
    async dispose() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
