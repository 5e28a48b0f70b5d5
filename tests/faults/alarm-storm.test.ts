/**
 * Ten thousand notices with one fire among them, in the form that is installed: gateway, motion and broker in processes of their
 * own, the broker inside or Mosquitto. The fire is on every console within a second, in the journal, and holds the room.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import mqtt, { type MqttClient } from "mqtt";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildTopic } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { AreaView } from "../../src/contract/aisles.ts";
import type { AlarmsView } from "../../src/contract/alarms.ts";
import type { JournalRow } from "../../src/contract/journal.ts";
import { openGatewayProcess, type TestGateway, until } from "../support/gateway-process.ts";
import { inWords, type MachineHold, machineHold } from "../support/machine-hold.ts";
import { hasMosquitto, startMosquitto, type TestMosquitto } from "../support/mosquitto.ts";
import { smallSiteFile } from "../support/small-site.ts";
import { newPerson } from "../support/stop-door.ts";

const notices = 10_000;
const consolesCount = 20;
const consoleMsMax = 1_000;

describe.each([
  ["the broker inside", false],
  ["Mosquitto", true],
])("through %s", (_name, isExternal) => {
  let broker: TestMosquitto | null = null;
  let gateway: TestGateway;
  let hold: MachineHold;
  let cookie: string;
  const closings: (() => unknown)[] = [];
  const isMissing = isExternal && !hasMosquitto;

  beforeAll(async () => {
    if (isMissing) return;
    if (isExternal) broker = await startMosquitto(smallSiteFile);
    gateway = await openGatewayProcess("embedded", {}, { broker });
    hold = await machineHold();
    ({ cookie } = await newPerson(gateway, "li", ["operator"]));
    const online = async () => (await gateway.call<AreaView>("GET", "/api/v1/areas/r1.2")).isOnline;
    await until("the twin's devices are at the broker", online);
    // Whose places the storm's own clients take.
    await gateway.twin.tell({ do: "unplug", bus: "broker" });
    await until("they are not any more", async () => !(await online()));
  }, 300_000);
  afterAll(async () => {
    for (const close of closings.reverse()) await close();
    hold?.close();
    await gateway?.dispose();
    await broker?.dispose();
  }, 60_000);

  async function device(username: string): Promise<MqttClient> {
    const file = broker?.secretsFile ?? join(gateway.store.dataDir, "device-secrets.json");
    const secrets = JSON.parse(readFileSync(file, "utf8")) as Record<string, { password: string }>;
    const url = broker?.url ?? `mqtt://127.0.0.1:${gateway.mqttPort}`;
    const ca = broker ? { ca: readFileSync(broker.caFile) } : {};
    const login = { clientId: username, username, password: secrets[username]?.password ?? "", reconnectPeriod: 0 };
    const client = await mqtt.connectAsync(url, { ...login, ...ca });
    closings.push(() => client.endAsync(true));
    return client;
  }

  let seq = 0;
  function say(client: MqttClient, id: string, alarm: { alarmId: string; level: string; kind: string }): void {
    const topic = buildTopic({ site: "small", room: "r1", kind: "alarm", id });
    const envelope = { bootId: 1, seq: seq++, sentAt: new Date().toISOString(), source: null, isCleared: false };
    client.publish(topic, JSON.stringify({ ...envelope, ...alarm }), { qos: 1 });
  }

  it.each([
    ["another device of the room", "shelf-2"],
    ["the very device that storms", "rd-2"],
  ])(
    "a fire of %s amid the notices",
    async (_, whoBurns) => {
      if (isMissing) return;
      const mad = await device("rd-2");
      const burning = whoBurns === "rd-2" ? mad : await device(whoBurns);
      const sockets = await Promise.all(
        Array.from({ length: consolesCount }, async () => {
          const socket = io(gateway.url, { path: "/live", transports: ["websocket"], extraHeaders: { cookie } });
          closings.push(() => socket.close());
          await new Promise<void>((resolve) => socket.on("connect", resolve));
          return socket;
        }),
      );
      const isIt = (it: { en: string }) => it.en.includes("fire") && it.en.includes(whoBurns);
      const seen = sockets.map(
        (socket) =>
          new Promise<number>((resolve) => socket.on("alarm", (it) => isIt(it) && resolve(performance.now()))),
      );
      await hold.begin();
      let saidAtMs = 0;
      for (let i = 0; i < notices; i++) {
        say(mad, "rd-2", { alarmId: `${whoBurns}-n-${i}`, level: "notice", kind: "chatter" });
        if (i === notices / 2) {
          saidAtMs = performance.now();
          say(burning, whoBurns, { alarmId: "f-1", level: "danger", kind: "fire" });
        }
        // As fast as a wire brings them: the loop that sends must not be what the fire waits for.
        if (i % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
      }
      const took = await hold.during(Math.max(...(await Promise.all(seen))) - saidAtMs);
      console.log(`fire of ${whoBurns}: on ${consolesCount} consoles after ${inWords(took)}`);
      expect(took.oursMs).toBeLessThan(consoleMsMax);
      const { standing, faults } = await gateway.call<AlarmsView>("GET", "/api/v1/alarms");
      expect(standing.filter(({ deviceId }) => deviceId === whoBurns)).toMatchObject([
        { kind: "fire", isHolding: true },
      ]);
      // Of the storm most is dropped, by whoever it is for: what the gateway dropped it has counted, by device.
      expect(faults.filter(({ deviceId }) => deviceId !== "rd-2")).toEqual([]);
      const held = async () => (await gateway.call<AreaView>("GET", "/api/v1/areas/r1.1")).interlocks;
      await until("the room is held", async () => (await held()).includes("needsReset"));
      const rows = await until("the journal has it", async () => {
        const page = await gateway.call<{ items: JournalRow[] }>(
          "GET",
          "/api/v1/journal?chain=room:r1&after=0&limit=500",
        );
        const ours = page.items.filter(({ kind, actor }) => kind === "room.alarm" && actor === `device:${whoBurns}`);
        const fires = ours.filter(({ body }) => body.what === "fire");
        return fires.length > 0 && fires;
      });
      expect(rows).toHaveLength(1);
      for (const client of new Set([mad, burning])) await client.endAsync(true);
      for (const socket of sockets) socket.close();
    },
    180_000,
  );
});
