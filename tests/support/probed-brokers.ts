/** The brokers that get the same probes: our guarded aedes, in this process and in its own, and Mosquitto with our files. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { systemClock } from "../../src/clock/clock.ts";
import { budgetDefaults } from "../../src/devices/broker/budgets.ts";
import { keepBroker } from "../../src/devices/broker/keep-broker.ts";
import { mosquittoAcl, mosquittoConfiguration, mosquittoPasswords } from "../../src/devices/broker/mosquitto-files.ts";
import { openBroker } from "../../src/devices/broker/open-broker.ts";
import { type BrokerRights, brokerRights } from "../../src/devices/broker/rights.ts";
import { layoutOf } from "../../src/site/layout.ts";
import { parseSite } from "../../src/site/parse-site.ts";
import { freePort } from "./free-port.ts";
import { rawClient } from "./raw-mqtt.ts";

const { site } = parseSite(readFileSync("sites/demo.yaml", "utf8"));
if (!site) throw new Error("sites/demo.yaml does not parse");
const ofSite = brokerRights(layoutOf(site));
const gateway = ofSite.find(({ username }) => username === "gateway.r1") as BrokerRights;
/** Further listeners of the probes with the gateway's rights: a user may have one connection only. */
const listeners = ["alive", "probe4", "frozen", "other", "watcher", "retainer"].map(
  (listener) => `gateway.${listener}`,
);
const rights = [...ofSite, ...listeners.map((username) => ({ ...gateway, username }))];
export const passwordOf = (username: string) => `secret of ${username}`;

export interface ProbedBroker {
  port: number;
  pid: number;
  close(): Promise<void>;
}

const mosquittoPath = "/usr/sbin/mosquitto";
export const hasMosquitto = existsSync(mosquittoPath) && spawnSync(mosquittoPath, ["-h"]).error === undefined;
if (!hasMosquitto && process.env.GUIWEI_REQUIRE_MOSQUITTO === "1") {
  throw new Error("GUIWEI_REQUIRE_MOSQUITTO=1, but Mosquitto is missing");
}

const limits = { unknownPerAddress: 64, failuresToldPerMinute: 10_000 };
/** Probe 5 sends 19 MB at once as a controller; the usual budget would end that before any client is slow. */
const budgets = { ...budgetDefaults, others: { messagesPerS: 1_000, bytesPerS: 32 * 2 ** 20, burstS: 10 } };

export async function guardedAedes(): Promise<ProbedBroker> {
  const verify = (username: string, password: string) => password === passwordOf(username);
  const broker = await openBroker({ rights, verify, port: 0, limits, budgets });
  return { port: broker.port, pid: process.pid, close: () => broker.close() };
}

/** As a gateway runs it. */
export async function guardedProcess(): Promise<ProbedBroker> {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const digests = Object.fromEntries(rights.map(({ username }) => [username, sha256(passwordOf(username))]));
  const log = { warn: () => {}, info: () => {} };
  const broker = await keepBroker({ rights, digests, port: 0, limits, budgets, clock: systemClock(), log });
  const { port, pid } = broker;
  return {
    port,
    pid: pid ?? 0,
    async close() {
      // A restart would have hidden the broker's death.
      expect([broker.pid, broker.counts().restarts]).toEqual([pid, 0]);
      await broker.close();
    },
  };
}

export async function mosquitto(): Promise<ProbedBroker> {
  const folder = mkdtempSync(join(tmpdir(), "guiwei-mosquitto-"));
  const port = await freePort();
  const passwordFile = join(folder, "passwords");
  const aclFile = join(folder, "acl");
  const passwords = new Map(rights.map(({ username }) => [username, passwordOf(username)]));
  writeFileSync(passwordFile, mosquittoPasswords(passwords), { mode: 0o600 });
  writeFileSync(aclFile, mosquittoAcl(rights), { mode: 0o600 });
  const configuration = mosquittoConfiguration({ port, host: "127.0.0.1", passwordFile, aclFile });
  // Started as root it would change to a user who cannot read the files.
  writeFileSync(join(folder, "mosquitto.conf"), `${configuration}user root\n`);
  const child: ChildProcess = spawn(mosquittoPath, ["-c", join(folder, "mosquitto.conf")], { stdio: "ignore" });
  for (let i = 0; i < 100; i++) {
    const probe = await rawClient(port).catch(() => null);
    if (probe) {
      probe.end();
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port,
    pid: child.pid ?? 0,
    async close() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}
