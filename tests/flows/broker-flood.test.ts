/** Readers that say more than anybody can hear: a controller's messages go before theirs, and what is dropped is counted. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import mqtt, { type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/clock.ts";
import { budgetDefaults } from "../../src/devices/broker/budgets.ts";
import { type KeepBrokerOptions, type KeptBroker, keepBroker } from "../../src/devices/broker/keep-broker.ts";
import type { MqttLink } from "../../src/devices/mqtt-link.ts";
import { brokerUsers, password, shelfCommand, shelfState, silentLog, tagsOf } from "../support/broker-users.ts";
import { pause, until } from "../support/gateway-process.ts";

const clock = systemClock();
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

let broker: KeptBroker;
let link: MqttLink;
const clients: MqttClient[] = [];

async function open(readers: number, more: Partial<KeepBrokerOptions> = {}): Promise<void> {
  broker = await keepBroker({ ...brokerUsers(readers), port: 0, clock, log: silentLog, ...more });
  link = broker.openInside();
  link.start();
}

async function device(username: string): Promise<MqttClient> {
  const access = { clientId: username, username, password, reconnectPeriod: 0 };
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, access);
  client.on("error", () => {});
  clients.push(client);
  return client;
}

/** Resolves when every reader has said everything, or was put out. */
function flood(readers: number, messages: number, bytes: number): Promise<void> {
  const file = fileURLToPath(new URL("../support/mqtt-flood.ts", import.meta.url));
  const words = ["--import", "tsx", file, ...[broker.port, readers, messages, bytes].map(String)];
  const child = spawn(process.execPath, words, { stdio: "inherit" });
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

const clientsOf = (reason: "gateway-held") =>
  [...broker.counts().clients.values()].reduce((sum, { dropped }) => sum + (dropped[reason] ?? 0), 0);
const droppedOf = (client: string) => broker.counts().clients.get(client)?.dropped ?? {};
/** Budgets that nobody reaches. */
const wide = {
  ...budgetDefaults,
  reads: { messagesPerS: 1e6, bytesPerS: 1e9, burstS: 1 },
};

afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await broker.close();
});

describe("a flood of reads", () => {
  it("from 64 readers holds up neither a controller's state nor a command to it", async () => {
    const readers = 64;
    await open(readers, { budgets: wide, limits: { unknownPerAddress: 128 } });
    const waited: Record<"reads" | "states" | "commands", number[]> = { reads: [], states: [], commands: [] };
    const note = (kind: keyof typeof waited) => (payload: Uint8Array) => {
      waited[kind].push(clock.monoMs() - Number(Buffer.from(payload).toString().split(" ")[0]));
    };
    const [noteRead, noteState, noteCommand] = [note("reads"), note("states"), note("commands")];
    for (let i = 0; i < readers; i++) link.subscribe(tagsOf(`rd-${i}`), ({ payload }) => noteRead(payload));
    link.subscribe(shelfState, ({ payload }) => noteState(payload));
    const [shelf, motion] = [await device("shelf-2"), await device("motion")];
    shelf.on("message", (_, payload) => noteCommand(payload));
    await shelf.subscribeAsync(shelfCommand, { qos: 1 });

    const flooded = flood(readers, 1_000, 1_000);
    await until("reads come", () => waited.reads.length > 0);
    for (const samples of [waited.states, waited.commands]) samples.length = 0;
    let isOver = false;
    void flooded.then(() => {
      isOver = true;
    });
    while (!isOver) {
      shelf.publish(shelfState, `${clock.monoMs()}`, { qos: 0 });
      motion.publish(shelfCommand, `${clock.monoMs()}`, { qos: 0 });
      await pause(10);
    }
    const heldBack = () => clientsOf("gateway-held");
    await until("every read is there, or counted", () => waited.reads.length + heldBack() === readers * 1_000, 60_000);
    const [reads, states, commands] = [median(waited.reads), median(waited.states), median(waited.commands)];
    console.info(
      `medians during ${readers} readers' flood: reads ${reads} ms, states ${states} ms (${waited.states.length}), commands ${commands} ms`,
    );
    expect(waited.states.length).toBeGreaterThan(5);
    // Whatever the machine does meanwhile holds up all of them alike; only the reads stand in line.
    expect(states).toBeLessThan(Math.max(20, reads / 2));
    expect(commands).toBeLessThan(Math.max(20, reads / 2));
    expect(broker.counts().restarts).toBe(0);
  }, 120_000);

  it("arrives whole and in order where the budget allows it", async () => {
    await open(1, { budgets: wide });
    const heard: string[] = [];
    link.subscribe(tagsOf("rd-0"), ({ payload }) => void heard.push(Buffer.from(payload).toString()));
    const reader = await device("rd-0");
    for (let i = 0; i < 3_000; i++) reader.publish(tagsOf("rd-0"), `${i} ${"x".repeat(i % 700)}`, { qos: 0 });
    // Larger than what is read at once, so that it comes in parts.
    for (let i = 0; i < 20; i++) reader.publish(tagsOf("rd-0"), `${3_000 + i} ${"y".repeat(100_000)}`, { qos: 0 });
    await until("all of it came", () => heard.length === 3_020);
    expect(heard.map((text) => Number(text.split(" ")[0]))).toEqual(Array.from({ length: 3_020 }, (_, i) => i));
  }, 120_000);

  it("above a reader's budget is dropped and counted, and at a multiple its connection ends", async () => {
    const budgets = { ...budgetDefaults, reads: { messagesPerS: 50, bytesPerS: 1e6, burstS: 2 }, hostileTimes: 4 };
    await open(2, { budgets });
    let reads = 0;
    link.subscribe(tagsOf("rd-0"), () => void reads++);
    const [reader, other] = [await device("rd-0"), await device("rd-1")];
    for (let i = 0; i < 150; i++) reader.publish(tagsOf("rd-0"), `${i}`, { qos: 1 });
    await until("what is above is counted", () => droppedOf("rd-0")["over-budget"]);
    expect(broker.health()).toMatchObject({ state: "degraded", code: "broker-drops", params: { client: "rd-0" } });
    await until("each is taken or counted", () => reads + (droppedOf("rd-0")["over-budget"] ?? 0) === 150);
    expect(reads).toBeGreaterThanOrEqual(100);

    const gone = new Promise<void>((resolve) => reader.once("close", () => resolve()));
    for (let i = 0; i < 2_000; i++) reader.publish(tagsOf("rd-0"), `${i}`, { qos: 0 });
    await gone;
    await until("its end is counted", () => droppedOf("rd-0").flood);
    expect(other.connected).toBe(true);
    expect(droppedOf("rd-1")).toEqual({});
  }, 120_000);
});
