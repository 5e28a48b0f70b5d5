/** The driver at byte level, in virtual time: against the twin's module, and against hand-written answers. */
import { describe, expect, test } from "vitest";
import { perform } from "../../../simulators/control/commands.ts";
import { createTwin } from "../../../simulators/twin.ts";
import { keyedLayout } from "../../../tests/support/keyed-site.ts";
import { runFor } from "../../../tests/support/run-for.ts";
import { linkTo } from "../../../tests/support/twin-link.ts";
import { seededChance } from "../../clock/chance.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import type { DeviceHealth, InputPort } from "../../contract/ports.ts";
import type { DeviceSpec } from "../../site/schema.ts";
import { openDevices } from "../open-devices.ts";

async function opened(keys: Partial<DeviceSpec> = {}) {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const layout = keyedLayout({ keys });
  const twin = createTwin({ layout, standing: [], clock, seed: 7 });
  const links = { "bus-shelf-1": linkTo(twin, "bus-shelf-1") };
  const ports = openDevices({ layout, clock, chance: seededChance("inputs"), links });
  const port = ports.inputs.get("keys-1") as InputPort;
  const presses: number[] = [];
  const changes: string[] = [];
  port.onPress(({ channel }) => presses.push(channel));
  port.onChange(({ channel, isActive }) => changes.push(`${channel} ${isActive}`));
  const shown: (string | null)[] = [];
  ports.onHealth(({ deviceId, detail }) => void (deviceId === "keys-1" && shown.push(detail)));
  const health = () => ports.health().find(({ deviceId }) => deviceId === "keys-1") as DeviceHealth;
  const tell = async (order: string, args: object = {}) => {
    const answer = await perform(twin, { do: order, device: "keys-1", channel: 1, ...args });
    expect(answer).toMatchObject({ ok: true });
  };
  const pass = (ms: number) => runFor(clock, ms);
  return { clock, twin, ports, port, presses, changes, shown, health, tell, pass };
}

describe("a key on a Modbus module", () => {
  test("is unknown until it was read, then inactive, and a press counts once", async () => {
    const { port, presses, changes, health, tell, pass } = await opened();
    expect([port.stateOf(1), health().code]).toEqual([null, "device-starting"]);
    await pass(1000);
    expect([port.stateOf(1), port.stateOf(2), port.stateOf(9)]).toEqual([false, false, null]);
    await tell("press", { ms: 300 });
    await pass(250);
    expect([port.stateOf(1), presses]).toEqual([true, []]);
    await pass(1000);
    expect(presses).toEqual([1]);
    expect(changes.filter((change) => change.startsWith("1"))).toEqual(["1 false", "1 true", "1 false"]);
    expect(health()).toMatchObject({ kind: "input", state: "up", code: null, detail: "1 off, 2 off" });
  });

  test("is shown as it changes, so that whoever wires it can watch, and a worn one not endlessly", async () => {
    const { shown, tell, pass } = await opened();
    await pass(2000);
    await tell("press", { ms: 2000 });
    await pass(4000);
    expect(shown.slice(-3)).toEqual(["1 off, 2 off", "1 on, 2 off", "1 off, 2 off"]);
    await tell("contact", { fault: "wear" });
    const before = shown.length;
    await tell("press", { ms: 9000 });
    await pass(10_000);
    expect(shown.length - before).toBeLessThan(25);
  });

  test.each<[string, Partial<DeviceSpec>]>([
    ["coils", { protocol: "di-coils" }],
    ["holding registers from 200", { protocol: "di-holding", firstAddress: 200 }],
    ["a module where closed reads 0", { closedReads: 0 }],
    ["channel 40 of a large module", { channels: [{ no: 1 }, { no: 40 }] }],
  ])("is read from %s as well", async (_, keys) => {
    const { port, presses, tell, pass } = await opened(keys);
    const channel = keys.channels?.at(-1)?.no ?? 2;
    await pass(1000);
    expect([port.stateOf(1), port.stateOf(channel)]).toEqual([false, false]);
    await tell("press", { channel });
    await pass(1500);
    expect(presses).toEqual([channel]);
  });

  test("a contact that opens is active while open", async () => {
    const { port, presses, tell, pass } = await opened({ channels: [{ no: 1, normally: "closed" }] });
    await pass(1000);
    expect(port.stateOf(1)).toBe(false);
    await tell("press");
    await pass(1500);
    expect(presses).toEqual([1]);
  });
});

describe("what is no press", () => {
  test("a key that is held when the gateway starts, told with its channel until it is let go", async () => {
    const { twin, port, presses, health, tell, pass } = await opened();
    twin.inputs.get("keys-1")?.change(1, { isHeld: true });
    await pass(1500);
    expect(health()).toMatchObject({ state: "degraded", code: "input-active-at-start", params: { channel: 1 } });
    await tell("hold", { on: "off" });
    await pass(1000);
    expect([port.stateOf(1), presses, health().state]).toEqual([false, [], "up"]);
    await tell("press");
    await pass(1500);
    expect(presses).toEqual([1]);
  });

  test("wires that touch for good: told as stuck, and no press when they are put right", async () => {
    const { presses, health, tell, pass } = await opened();
    await pass(1000);
    await tell("contact", { fault: "short" });
    await pass(9000);
    expect(health().state).toBe("up");
    await pass(2500);
    expect(health()).toMatchObject({ state: "degraded", code: "input-stuck", params: { channel: 1, limitS: 10 } });
    await tell("contact", { fault: "short", on: "off" });
    await pass(1000);
    expect([presses, health().state]).toEqual([[], "up"]);
  });

  test("a press while the cable is out, begun before or ended after", async () => {
    const { twin, ports, port, presses, tell, pass } = await opened();
    await pass(1000);
    await tell("dead", { on: "on" });
    await pass(1000);
    expect(port.stateOf(1)).toBeNull();
    await tell("press", { ms: 1000 });
    await pass(3000);
    twin.dead.delete("keys-1");
    await pass(40_000);
    expect([port.stateOf(1), presses]).toEqual([false, []]);
    await tell("hold");
    await pass(500);
    await tell("dead", { on: "on" });
    await pass(1000);
    await tell("hold", { on: "off" });
    twin.dead.delete("keys-1");
    await pass(40_000);
    expect([port.stateOf(1), presses]).toEqual([false, []]);
    expect(ports.health().find(({ deviceId }) => deviceId === "keys-1")?.state).toBe("up");
  });

  test("a restart of the module in the middle of it", async () => {
    const { presses, tell, pass } = await opened();
    await pass(1000);
    await tell("hold");
    await pass(500);
    await tell("restart-module");
    await pass(2500);
    await tell("hold", { on: "off" });
    await pass(8000);
    expect(presses).toEqual([]);
  });

  test("a press over a moment in which the machine slept or its clock was set", async () => {
    const { clock, presses, tell, pass } = await opened();
    await pass(1000);
    await tell("hold");
    await pass(500);
    clock.setWallBy(3_600_000);
    await pass(500);
    await tell("hold", { on: "off" });
    await pass(1000);
    expect(presses).toEqual([]);
    await tell("press");
    await pass(1500);
    expect(presses).toEqual([1]);
  });

  test("a worn contact never makes two of one press", async () => {
    const { presses, tell, pass } = await opened();
    await pass(1000);
    await tell("contact", { fault: "wear" });
    for (let i = 0; i < 20; i++) {
      await tell("press", { ms: 100 });
      await pass(1000);
    }
    expect(presses.length).toBeLessThanOrEqual(20);
    await tell("contact", { fault: "wear", on: "off" });
    const before = presses.length;
    await tell("press");
    await pass(1500);
    expect(presses.length).toBe(before + 1);
  });

  test("an inverted module: the key at rest looks turned, and is told", async () => {
    const { presses, health, tell, pass } = await opened();
    await tell("module", { fault: "invert" });
    await pass(1500);
    expect(health()).toMatchObject({ state: "degraded", code: "input-active-at-start" });
    expect(presses).toEqual([]);
  });
});

describe("a module that answers as it should not makes its contacts unknown", () => {
  test.each([
    ["an exception", "exception", { code: 2 }, "device-refused", /illegal-address/],
    ["a byte more than asked", "module", { fault: "too-long" }, "device-wrong-answer", /16 of 8 bits/],
    ["late", "late", { ms: 250 }, "device-answers-late", /./],
  ])("%s", async (_, order, args, code, detail) => {
    const { port, presses, health, tell, pass } = await opened();
    await pass(1000);
    await tell(order, args);
    await pass(2000);
    expect(port.stateOf(1)).toBeNull();
    expect(health()).toMatchObject({ state: "degraded", code });
    expect(health().detail).toMatch(detail);
    await tell("press");
    await pass(2000);
    expect(presses).toEqual([]);
  });

  test.each([
    ["an exception", "exception", { code: 6 }, {}],
    ["an answer of another length", "module", { fault: "too-long" }, { fault: "too-long", on: "off" }],
  ])("%s in the middle of a press, for a moment only, and it is no press", async (_, order, args, undo) => {
    const { presses, tell, pass } = await opened();
    await pass(1000);
    await tell("hold");
    await pass(500);
    await tell(order, args);
    await pass(120);
    await tell(order, undo);
    await pass(1500);
    await tell("hold", { on: "off" });
    await pass(1500);
    expect(presses).toEqual([]);
    await tell("press");
    await pass(2000);
    expect(presses).toEqual([1]);
  });

  test("one that was late and falls silent is down, not late for ever", async () => {
    const { health, tell, pass } = await opened();
    await tell("late", { ms: 250 });
    await pass(3000);
    expect(health().code).toBe("device-answers-late");
    await tell("dead", { on: "on" });
    await pass(60_000);
    expect(health().state).toBe("down");
  });

  test("silent: down, and up again by itself", async () => {
    const { port, health, tell, pass } = await opened();
    await pass(1000);
    await tell("dead", { on: "on" });
    await pass(3000);
    expect([port.stateOf(1), health().state]).toEqual([null, "down"]);
    await tell("dead", { on: "off" });
    await pass(40_000);
    expect([port.stateOf(1), health().state]).toEqual([false, "up"]);
  });

  test("lost bytes on the line cost readings, never a press that nobody made", async () => {
    const { twin, presses, tell, pass } = await opened();
    await pass(1000);
    const bus = twin.buses.get("bus-shelf-1");
    if (bus) bus.faults.lossChance = 0.02;
    await pass(60_000);
    expect(presses).toEqual([]);
    if (bus) bus.faults.lossChance = 0;
    await pass(40_000);
    await tell("press");
    await pass(2000);
    expect(presses).toEqual([1]);
  });
});

test("a sensor that sees people: a single reading is somebody, silence is unknown, and an hour of somebody is no fault", async () => {
  const clock = virtualClock(Date.UTC(2026, 0, 5));
  const layout = keyedLayout({ hasEyes: true });
  const twin = createTwin({ layout, standing: [], clock, seed: 7 });
  const links = { "bus-shelf-1": linkTo(twin, "bus-shelf-1"), "bus-eyes": linkTo(twin, "bus-eyes") };
  const ports = openDevices({ layout, clock, chance: seededChance("eyes"), links });
  const told: (boolean | null | undefined)[] = [];
  let ageMs = 0;
  ports.inputs.get("eyes-1")?.onReading(({ atMs, isActive }) => {
    told.push(isActive.get(1));
    ageMs = clock.monoMs() - atMs;
  });
  const tell = (order: string, args: object) =>
    perform(twin, { do: order, device: "eyes-1", channel: 1, ...args }).then((answer) => expect(answer.ok).toBe(true));
  await runFor(clock, 2000);
  expect(told.slice(-5)).toEqual([false, false, false, false, false]);
  expect(told.length).toBeGreaterThan(10);
  expect(ageMs).toBe(0);
  told.length = 0;
  await tell("press", { ms: 120 });
  await runFor(clock, 1000);
  expect(told).toContain(true);
  expect(told.at(-1)).toBe(false);
  await tell("hold", {});
  await runFor(clock, 60_000);
  const health = () => ports.health().find(({ deviceId }) => deviceId === "eyes-1");
  expect([told.at(-1), health()?.state]).toEqual([true, "up"]);
  await tell("dead", { on: "on" });
  await runFor(clock, 2000);
  expect([told.at(-1), health()?.state]).toEqual([null, "down"]);
});
