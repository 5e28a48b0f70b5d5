/** The embedded broker's process: killed, stopped, orphaned, and behind a gateway that is held. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import mqtt, { type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/clock/clock.ts";
import { type KeptBroker, keepBroker } from "../../src/devices/broker/keep-broker.ts";
import type { MqttLink } from "../../src/devices/mqtt-link.ts";
import { brokerUsers, password, shelfCommand, shelfState, silentLog } from "../support/broker-users.ts";
import { pause, until } from "../support/gateway-process.ts";

const waitMsMax = 60_000;
const wait = { timeout: waitMsMax, interval: 50 };

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("the broker's process", () => {
  let broker: KeptBroker;
  let link: MqttLink;
  const clients: MqttClient[] = [];
  let heard: { text: string; isRetained: boolean }[];

  beforeEach(async () => {
    heard = [];
    broker = await keepBroker({ ...brokerUsers(1), port: 0, clock: systemClock(), log: silentLog });
    link = broker.openInside();
    link.subscribe(shelfState, ({ payload, isRetained }) => {
      heard.push({ text: Buffer.from(payload).toString(), isRetained });
    });
    link.start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end(true);
    await broker.close();
  });

  async function device(username: string): Promise<MqttClient> {
    const access = { clientId: username, username, password, reconnectPeriod: 100, resubscribe: true };
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, access);
    client.on("error", () => {});
    clients.push(client);
    return client;
  }

  it("killed, it is there again on the same port; meanwhile nothing is up and nothing is kept for later", async () => {
    const { port, pid } = broker;
    const shelf = await device("shelf-2");
    const taken: string[] = [];
    shelf.on("message", (_, payload) => taken.push(payload.toString()));
    await shelf.subscribeAsync(shelfCommand, { qos: 1 });
    await shelf.publishAsync(shelfState, "before", { qos: 1, retain: true });
    await vi.waitFor(() => expect(heard).toHaveLength(1), wait);
    const states: boolean[] = [];
    link.onState(({ up }) => states.push(up));

    process.kill(pid ?? 0, "SIGKILL");
    await vi.waitFor(() => expect(states).toEqual([false]), wait);
    expect(broker.health()).toMatchObject({ kind: "broker", state: "down", code: "broker-offline" });
    await expect(link.publish(shelfCommand, "too early")).rejects.toMatchObject({ code: "broker-offline" });

    await vi.waitFor(() => expect(states).toEqual([false, true]), wait);
    expect(broker.port).toBe(port);
    expect(broker.pid).not.toBe(pid);
    expect(broker.counts()).toMatchObject({ isUp: true, restarts: 1 });
    await vi.waitFor(() => expect(shelf.connected).toBe(true), wait);
    // What the dead one kept is gone: only the device says what is.
    expect(heard).toEqual([{ text: "before", isRetained: false }]);
    await shelf.publishAsync(shelfState, "after", { qos: 1, retain: true });
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ text: "after", isRetained: false }), wait);
    await until("a command reaches the device again", async () => {
      await link.publish(shelfCommand, "open");
      return taken.includes("open");
    });
    expect(taken).not.toContain("too early");
  }, 120_000);

  it("stopped and going on, it passes on nothing that waited meanwhile: no command, no state as news", async () => {
    const { pid } = broker;
    const [shelf, motion] = [await device("shelf-2"), await device("motion")];
    const taken: string[] = [];
    shelf.on("message", (_, payload) => taken.push(payload.toString()));
    await shelf.subscribeAsync(shelfCommand, { qos: 1 });
    const states: boolean[] = [];
    link.onState(({ up }) => states.push(up));

    process.kill(pid ?? 0, "SIGSTOP");
    const refused = expect(link.publish(shelfCommand, "asked of the held one")).rejects.toMatchObject({
      code: "broker-offline",
    });
    motion.publish(shelfCommand, "from motion", { qos: 1 });
    shelf.publish(shelfState, "old", { qos: 0 });
    await refused;
    await vi.waitFor(() => expect(states).toEqual([false]), wait);
    expect(broker.health()).toMatchObject({ state: "down", code: "broker-offline" });
    // A client library says again what was not acknowledged: ours forgets it, as mqtt-link does.
    motion.end(true);

    process.kill(pid ?? 0, "SIGCONT");
    await vi.waitFor(() => expect(states).toEqual([false, true]), wait);
    expect(broker.pid).toBe(pid);
    await vi.waitFor(() => expect(shelf.connected).toBe(true), wait);
    await until("a command reaches the device again", async () => {
      await link.publish(shelfCommand, "open").catch(() => {});
      return taken.includes("open");
    });
    expect(taken.filter((text) => text !== "open")).toEqual([]);
    expect(heard.filter(({ isRetained }) => !isRetained)).toEqual([]);
    // Counts come from the process now and then.
    await vi.waitFor(() => expect(broker.counts().clients.get("gateway")?.dropped.late).toBe(1), wait);
  }, 120_000);

  it("stopped for good, it is replaced", async () => {
    const { pid } = broker;
    process.kill(pid ?? 0, "SIGSTOP");
    await vi.waitFor(() => expect(broker.pid).not.toBe(pid), wait);
    await vi.waitFor(() => expect(link.state.up).toBe(true), wait);
    expect(isAlive(pid ?? 0)).toBe(false);
  }, 120_000);
});

interface Told {
  port: number;
  pid: number;
  residentMb: number;
  reads: number;
  states: number;
  late: number;
  dropped: number;
}

describe("a gateway that", () => {
  let parent: ChildProcess;
  let told: Told | null;

  beforeEach(async () => {
    told = null;
    const script = fileURLToPath(new URL("../support/broker-parent.ts", import.meta.url));
    parent = spawn(process.execPath, ["--import", "tsx", script, "8"], { stdio: ["ignore", "pipe", "inherit"] });
    parent.stdout?.on("data", (bytes: Buffer) => {
      told = JSON.parse(bytes.toString().trim().split("\n").at(-1) ?? "null") as Told;
    });
    await until("the broker is up", () => told?.pid);
  }, 60_000);
  afterEach(() => void parent.kill("SIGKILL"));

  it("is killed leaves no broker behind", async () => {
    const pid = told?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await until("the broker ended", () => !isAlive(pid));
  }, 120_000);

  it("is held costs reads, which are counted, and not the broker's memory; the newest state is there when it goes on", async () => {
    const { pid = 0, port = 0 } = told ?? {};
    parent.kill("SIGSTOP");
    const shelf = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
      clientId: "shelf-2",
      username: "shelf-2",
      password,
    });
    const flood = fileURLToPath(new URL("../support/mqtt-flood.ts", import.meta.url));
    const words = ["--import", "tsx", flood, String(port), "8", "2500", "1000"];
    const flooding = spawn(process.execPath, words, { stdio: "inherit" });
    const ended = new Promise((resolve) => flooding.once("exit", resolve));
    for (let i = 0; i < 50; i++) {
      await shelf.publishAsync(shelfState, `state ${i}`, { qos: 1, retain: true });
      await pause(20);
    }
    await ended;
    await pause(3_000);
    const residentMb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
    expect(residentMb).toBeLessThan(200);

    parent.kill("SIGCONT");
    const after = await until("what was dropped is counted", () => told && told.dropped > 0 && told);
    await shelf.endAsync(true);
    expect(after.dropped).toBeGreaterThan(10_000);
    const last = await until("all is said", () => told && told.reads + told.late + told.dropped >= 20_000 && told);
    // The same broker: it was never restarted. Nothing that waited came as if it were new.
    expect(last).toMatchObject({ pid });
    expect(last.states).toBeGreaterThan(0);
    expect(last.reads + last.late + last.dropped).toBe(20_000);
    expect(last.late).toBeGreaterThan(0);
  }, 180_000);
});
