/**
 * Ten thousand notices with one fire among them: on every console, in the journal, areas held, and what is dropped is counted.
 * How long it takes is measured in the form that is installed (tests/faults/alarm-storm.test.ts).
 */
import mqtt, { type MqttClient } from "mqtt";
import { io, type Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { buildTopic } from "../../firmware-protocols/archive-mqtt/index.ts";
import { demoLayout } from "../../simulators/test-twin.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import { openBrokerInside } from "../../src/devices/broker/open-inside.ts";
import { brokerRights } from "../../src/devices/broker/rights.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { alarmRoutes } from "../../src/watch/alarm-routes.ts";
import { openRoomAlarms, type RoomAlarms } from "../../src/watch/room-alarms.ts";
import { openContext, type TestContext } from "../support/context-server.ts";

const notices = 10_000;
const consolesCount = 20;

let opened: TestContext;
let broker: Awaited<ReturnType<typeof openBrokerInside>>;
let alarms: RoomAlarms;
let consoles: Socket[];
const closings: (() => unknown)[] = [];
let holds: (string | null)[];

beforeEach(async () => {
  holds = [];
  opened = await openContext("embedded", {
    features: [
      async (app, context) => {
        alarms = await openRoomAlarms({
          context,
          onAlarm: (alarm) => opened.live.pushAlarm(alarm),
          onHold: (_roomId, what) => holds.push(what),
          onFailure: (error) => expect.unreachable(String(error)),
        });
        alarmRoutes(app, { alarms });
      },
    ],
  });
  broker = await openBrokerInside(systemClock(), { rights: brokerRights(demoLayout), verify: () => true, port: 0 });
  const ports = openDevices({ layout: demoLayout, clock: systemClock(), chance: seededChance("storm"), mqtt: broker });
  ports.onAlarm(alarms);
  await opened.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = opened.app.server.address() as { port: number };
  consoles = await Promise.all(
    Array.from({ length: consolesCount }, async () => {
      const extraHeaders = opened.as("operator");
      const socket = io(`http://127.0.0.1:${port}`, { path: "/live", transports: ["websocket"], extraHeaders });
      await new Promise<void>((resolve) => socket.on("connect", resolve));
      return socket;
    }),
  );
  closings.push(
    () => {
      for (const socket of consoles) socket.close();
    },
    () => ports.close(),
    () => broker.close(),
    () => alarms.close(),
    () => opened.close(),
  );
}, 60_000);
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

const device = async (username: string) => {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    clientId: username,
    username,
    password: "x",
    reconnectPeriod: 0,
  });
  closings.unshift(() => client.endAsync(true));
  return client;
};

let seq = 0;
function say(client: MqttClient, id: string, alarm: { alarmId: string; level: string; kind: string }): void {
  const topic = buildTopic({ site: "demo", room: "r1", kind: "alarm", id });
  const envelope = { bootId: 1, seq: seq++, sentAt: new Date().toISOString(), source: null, isCleared: false };
  client.publish(topic, JSON.stringify({ ...envelope, ...alarm }), { qos: 1 });
}

describe.each([
  ["another device of the room", "shelf-2"],
  ["the very device that storms", "rd-209"],
])("a fire of %s amid the notices", (_, whoBurns) => {
  it("is on every console, in the journal, and holds the room", { timeout: 120_000 }, async () => {
    const mad = await device("rd-209");
    const burning = whoBurns === "rd-209" ? mad : await device(whoBurns);
    const seen = consoles.map(
      (socket) => new Promise<void>((resolve) => socket.on("alarm", (it) => /fire/.test(it.en) && resolve())),
    );
    for (let i = 0; i < notices; i++) {
      say(mad, "rd-209", { alarmId: `n-${i}`, level: "notice", kind: "chatter" });
      if (i === notices / 2) say(burning, whoBurns, { alarmId: "f-1", level: "danger", kind: "fire" });
      // As fast as a wire brings them: the loop that sends must not be what the fire waits for.
      if (i % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(seen);
    expect(holds).toEqual([null, "fire"]);
    await vi.waitFor(() => expect(opened.rows.map(({ body }) => body.what)).toContain("fire"), { timeout: 20_000 });
    const dropped = () => alarms.view().faults.find(({ fault }) => fault === "over-budget")?.count ?? 0;
    await vi.waitFor(() => expect(dropped()).toBeGreaterThan(notices - 100), { timeout: 60_000, interval: 200 });
    expect(alarms.view().faults).toMatchObject([{ deviceId: "rd-209", fault: "over-budget", level: "notice" }]);
    opened.clock.advance(15_000);
    await alarms.written();
    const told = opened.rows.filter(({ kind }) => kind === "room.alarms-refused");
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(5);
  });
});
