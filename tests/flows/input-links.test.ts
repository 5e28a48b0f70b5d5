/** Keys over real wires: the twin's module on a pty or a socket, its board through the embedded broker, both at once. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { perform } from "../../simulators/control/commands.ts";
import { createTwin, type Twin } from "../../simulators/twin.ts";
import { openWires } from "../../simulators/wires/open-wires.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import type { DevicePorts } from "../../src/contract/ports.ts";
import { openBrokerInside } from "../../src/devices/broker/open-inside.ts";
import { brokerRights } from "../../src/devices/broker/rights.ts";
import { openDevices } from "../../src/devices/open-devices.ts";
import { roomOfDevice } from "../../src/devices/room-of-device.ts";
import type { DeviceSpec } from "../../src/site/schema.ts";
import { keyedLayout } from "../support/keyed-site.ts";

const clock = systemClock();
const layout = keyedLayout();
const passwordOf = (username: string) => `secret of ${username}`;
const patience = { timeout: 30_000, interval: 50 };
const hasSocat = spawnSync("which", ["socat"]).status === 0;

test("a board speaks in the room of the area it resets, and may say nothing but its contacts and an alarm", () => {
  expect(roomOfDevice(layout, layout.deviceById.get("board-1") as DeviceSpec)).toBe("r1");
  const rights = brokerRights(layout).find(({ username }) => username === "board-1");
  expect(rights?.write).toEqual([
    "archive/v1/demo/r1/input/board-1/state",
    "archive/v1/demo/r1/alarm/board-1",
    "archive/v1/demo/r1/alarm",
  ]);
  const others = brokerRights(layout).filter(({ username }) => username !== "board-1");
  expect(others.flatMap(({ write }) => write).filter((topic) => topic.includes("/input/"))).toEqual([]);
});

describe.each([
  ["sockets", true],
  ["ptys", false],
])("keys on %s and through the broker", (wire, isWithoutSerial) => {
  const closings: (() => Promise<void>)[] = [];
  const presses: string[] = [];
  const refused: string[] = [];
  let twin: Twin;
  let ports: DevicePorts;

  beforeAll(async () => {
    const broker = await openBrokerInside(clock, {
      rights: brokerRights(layout),
      verify: (username, password) => password === passwordOf(username),
      port: 0,
      onRefused: (reason) => refused.push(reason),
    });
    closings.push(() => broker.close());
    const runtimeDir = mkdtempSync(join(tmpdir(), "guiwei-keys-"));
    closings.push(async () => rmSync(runtimeDir, { recursive: true, force: true }));
    twin = createTwin({ layout, standing: [], clock, seed: 5, confirmedAtStart: true });
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const wires = await openWires(twin, {
      clock,
      runtimeDir,
      tcpPorts: "free",
      isWithoutSerial,
      mqttLogin: (deviceId) => ({ url, clientId: deviceId, username: deviceId, password: passwordOf(deviceId) }),
      report: (text) => void (text.includes("socat") || refused.push(text)),
    });
    closings.push(() => wires.close());
    ports = openDevices({ layout, clock, chance: seededChance("keys"), links: wires.links, mqtt: broker });
    closings.push(() => ports.close());
    for (const [id, port] of ports.inputs) port.onPress(({ channel }) => presses.push(`${id}.${channel}`));
  });

  afterAll(async () => {
    for (const close of closings.reverse()) await close();
  });

  const stateOf = (id: string, channel: number) => ports.inputs.get(id)?.stateOf(channel);
  const healthOf = (id: string) => ports.health().find(({ deviceId }) => deviceId === id)?.state;
  const tell = async (order: string, args: object) =>
    expect(await perform(twin, { do: order, ...args })).toMatchObject({ ok: true });

  test("come up, are pressed, and each press is told once", async (context) => {
    if (!isWithoutSerial && !hasSocat) context.skip("socat is not installed");
    await vi.waitFor(() => {
      expect([stateOf("keys-1", 1), stateOf("board-1", 3)]).toEqual([false, false]);
      expect([healthOf("keys-1"), healthOf("board-1")]).toEqual(["up", "up"]);
    }, patience);
    for (const [device, channel] of [
      ["keys-1", 1],
      ["board-1", 3],
    ] as const) {
      presses.length = 0;
      // A busy machine may make a gap of a press, which then is none: a person presses again.
      await vi.waitFor(async () => {
        await tell("press", { device, channel, ms: 600 });
        await vi.waitFor(() => expect(presses).toEqual([`${device}.${channel}`]), { timeout: 4000, interval: 50 });
      }, patience);
    }
    expect(refused).toEqual([]);
  }, 90_000);

  test("with the cable out they are unknown, and a key that was turned meanwhile presses nothing", async (context) => {
    if (!isWithoutSerial && !hasSocat) context.skip("socat is not installed");
    presses.length = 0;
    for (const bus of ["bus-shelf-1", "broker"]) await tell("unplug", { bus });
    await vi.waitFor(() => expect([stateOf("keys-1", 1), stateOf("board-1", 3)]).toEqual([null, null]), patience);
    await tell("hold", { device: "keys-1", channel: 1 });
    await tell("hold", { device: "board-1", channel: 3 });
    for (const bus of ["bus-shelf-1", "broker"]) await tell("replug", { bus });
    await vi.waitFor(() => expect([stateOf("keys-1", 1), stateOf("board-1", 3)]).toEqual([true, true]), patience);
    await tell("hold", { device: "keys-1", channel: 1, on: "off" });
    await tell("hold", { device: "board-1", channel: 3, on: "off" });
    await vi.waitFor(() => expect([stateOf("keys-1", 1), stateOf("board-1", 3)]).toEqual([false, false]), patience);
    expect([wire, presses]).toEqual([wire, []]);
  }, 120_000);
});
