import mqtt, { type MqttClient } from "mqtt";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "../../clock/clock.ts";
import type { InsideBroker, MqttLink, MqttMessage } from "../mqtt-link.ts";
import { openBrokerInside } from "./open-inside.ts";

const state = "archive/v1/s/r1/shelf/shelf-2/state";
const command = "archive/v1/s/r1/shelf/shelf-2/cmd";
let broker: InsideBroker & { port: number; close(): Promise<void> };
let device: MqttClient;
let link: MqttLink;
let heard: { text: string; isRetained: boolean }[];
const hear = ({ payload, isRetained }: MqttMessage) =>
  void heard.push({ text: Buffer.from(payload).toString(), isRetained });

beforeEach(async () => {
  heard = [];
  const rights = [{ username: "shelf-2", read: [command], write: [state], keep: [state] }];
  broker = await openBrokerInside(systemClock(), { rights, verify: () => true, port: 0 });
  const access = { clientId: "shelf-2", username: "shelf-2", password: "x", reconnectPeriod: 0 };
  device = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, access);
  link = broker.openInside();
});
afterEach(async () => {
  await link.stop();
  await device.endAsync(true);
  await broker.close();
});

it("hears what was kept as kept, and what comes as news, each once", async () => {
  await device.publishAsync(state, "before", { qos: 1, retain: true });
  link.subscribe(state, hear);
  expect(heard).toEqual([]);
  link.start();
  await vi.waitFor(() => expect(heard).toEqual([{ text: "before", isRetained: true }]));
  await device.publishAsync(state, "after", { qos: 1, retain: true });
  expect(heard).toEqual([
    { text: "before", isRetained: true },
    { text: "after", isRetained: false },
  ]);
});

it("reaches devices, and nothing is kept for one that is away", async () => {
  const taken: string[] = [];
  device.on("message", (_, payload) => taken.push(payload.toString()));
  await device.subscribeAsync(command, { qos: 1 });
  await expect(link.publish(command, "too early")).rejects.toMatchObject({ code: "broker-offline" });
  link.start();
  await link.publish(command, "open");
  await vi.waitFor(() => expect(taken).toEqual(["open"]));
});

it("tells when it is up and when it is not, and hears nothing afterwards", async () => {
  const ups: boolean[] = [];
  link.onState(({ up }) => ups.push(up));
  link.subscribe(state, hear);
  link.start();
  await link.stop();
  expect(ups).toEqual([true, false]);
  await device.publishAsync(state, "nobody listens", { qos: 1 });
  expect(heard).toEqual([]);
});
