import { describe, expect, it } from "vitest";
import { answerAdu, createRequestParser, type ModbusMode } from "../../../firmware-protocols/modbus/index.ts";
import {
  type ControllerInput,
  createControllerBank,
  registerMaps,
  type WireStatus,
} from "../../../firmware-protocols/register-maps/index.ts";
import { runFor } from "../../../tests/support/run-for.ts";
import { seededChance } from "../../clock/chance.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import type { Refusal } from "../../contract/errors.ts";
import type { DeviceHealth } from "../../contract/ports.ts";
import type { ShelfCommand, ShelfStatus } from "../../contract/shelf.ts";
import { memoryLine } from "../links/memory.ts";
import { openBus } from "../open-bus.ts";
import { modbusShelf } from "./modbus-shelf.ts";

const shape = { columns: [1, 2, 3, 4, 5, 6], aisles: 5 };
const command: ShelfCommand = { wireId: 7, verb: "open", aisle: 3, epoch: 2, ttlMs: 2000, expectedOpenAisle: 0 };

function standingStill(): WireStatus {
  return {
    bootId: 5,
    activity: "idle",
    openAisle: 0,
    columns: shape.columns.map((column) => ({ column, positionMm: column * 100, motion: "still", fault: false })),
    interlocks: {
      emergencyStop: false,
      tripped: false,
      overCurrent: false,
      panelLoggedOut: false,
      isProtected: false,
      inhibited: false,
      sensorFault: false,
      notHomed: false,
      heartbeatLost: false,
    },
    occupancy: { people: 0, entrySeq: 0, confirmedEntrySeq: null },
    lastCommand: null,
    light: null,
    temperatureC: 20.5,
    humidityPct: 50,
  };
}

/** A controller at 19 200 baud behind a memory line that records what it receives. */
function shelfOn(protocolName: string, mode: ModbusMode = "rtu") {
  const clock = virtualClock(1000);
  const { near, far } = memoryLine({ clock, baud: 19_200, latencyMs: 1 });
  const registerMap = registerMaps[protocolName];
  if (!registerMap) throw new Error(protocolName);
  const told: { input: ControllerInput; atMs: number }[] = [];
  const status = standingStill();
  const bank = createControllerBank(registerMap, shape, {
    status: () => status,
    receive(input) {
      told.push({ input, atMs: clock.nowMs() });
      if (input.kind === "light") status.light = input.target;
    },
  });
  let isDead = false;
  const parser = createRequestParser(mode);
  far.onBytes((bytes) => {
    for (const piece of parser.push(bytes, clock.nowMs())) {
      const answer = piece.kind === "frame" && !isDead ? answerAdu(mode, 1, piece.frame, bank) : null;
      if (answer) clock.after(3, () => void far.write(answer).catch(() => {}));
    }
  });
  void far.open();
  const opened = openBus({
    spec: { id: "bus-1", link: { kind: mode === "tcp" ? "tcp" : "serial", port: 1, baud: 19_200, host: "" } as never },
    override: near,
    devices: [{ id: "shelf-1", kind: "shelf", protocol: protocolName, bus: "bus-1", address: 1 }],
    clock,
    chance: seededChance(3),
  });
  if (opened.protocol !== "modbus") throw new Error("not Modbus");
  const health: DeviceHealth[] = [];
  const shelf = modbusShelf({
    deviceId: "shelf-1",
    unit: 1,
    line: opened.line,
    registerMap,
    shape,
    clock,
    onHealth: (change) => health.push(change),
  });
  const seen: { status: ShelfStatus; atMs: number }[] = [];
  const links: boolean[] = [];
  shelf.onStatus((picture, atMs) => seen.push({ status: picture, atMs }));
  shelf.onLink((up) => links.push(up));
  opened.link.start();
  return {
    clock,
    near,
    far,
    shelf,
    status,
    told,
    seen,
    links,
    health,
    die: (dead: boolean) => {
      isDead = dead;
    },
  };
}

describe.each(["rtu", "tcp"] as const)("room-1 shelf over Modbus %s", (mode) => {
  it("tells a complete status about five times a second", async () => {
    const { clock, seen, links, shelf } = shelfOn("room-1", mode);
    await runFor(clock, 2000);
    expect(seen.length).toBeGreaterThanOrEqual(7);
    expect(seen.at(-1)?.status).toMatchObject({ bootId: 5, openAisle: 0, temperatureC: 20.5, alarms: [] });
    expect(seen.at(-1)?.status.columns.map((column) => column.positionMm)).toEqual([100, 200, 300, 400, 500, 600]);
    expect(clock.monoMs() - (seen.at(-1)?.atMs ?? 0)).toBeLessThan(400);
    expect(links).toEqual([true]);
    expect(shelf.health()).toMatchObject({ state: "up", code: null });
  });

  it("sends a command as one block and STOP within 100 ms of asking", async () => {
    const { clock, shelf, told } = shelfOn("room-1", mode);
    await runFor(clock, 500);
    const sent = shelf.send(command);
    await runFor(clock, 300);
    await sent;
    const { wireId, verb, aisle, epoch, ttlMs, expectedOpenAisle } = command;
    expect(told.find(({ input }) => input.kind === "command")?.input).toEqual({
      kind: "command",
      command: { wireId, verb, aisle, epoch, ttlMs, expectedOpenAisle },
    });
    for (let i = 0; i < 20; i++) {
      await runFor(clock, 37);
      const askedAtMs = clock.nowMs();
      const stopped = shelf.stop();
      await runFor(clock, 150);
      await stopped;
      const stop = told.findLast(({ input }) => input.kind === "stop");
      expect((stop?.atMs ?? Number.POSITIVE_INFINITY) - askedAtMs).toBeLessThanOrEqual(100);
    }
  });

  it("beats every 100 ms while on and not a beat more", async () => {
    const { clock, shelf, told } = shelfOn("room-1", mode);
    await runFor(clock, 500);
    shelf.heartbeat(true);
    await runFor(clock, 3000);
    shelf.heartbeat(false);
    const beats = told.filter(({ input }) => input.kind === "beat");
    expect(beats.length).toBeGreaterThanOrEqual(28);
    const gaps = beats.slice(1).map(({ atMs }, i) => atMs - (beats[i]?.atMs ?? 0));
    // The controller stops after 500 ms without a beat; a status read in between delays a beat at most by its own length.
    expect(Math.max(...gaps)).toBeLessThan(250);
    await runFor(clock, 1000);
    expect(told.filter(({ input }) => input.kind === "beat").length - beats.length).toBeLessThanOrEqual(1);
  });

  it("lights a place and answers with what the controller shows", async () => {
    const { clock, shelf } = shelfOn("room-1", mode);
    await runFor(clock, 500);
    const target = { column: 2, side: "A" as const, bay: 1, layer: 3, slot: 7 };
    const lit = shelf.light(target);
    await runFor(clock, 500);
    expect(await lit).toEqual(target);
    const dark = shelf.light(null);
    await runFor(clock, 500);
    expect(await dark).toBeNull();
  });
});

describe("a shelf in trouble", () => {
  it("is down with a reason when its controller falls silent, and up again by itself", async () => {
    const { clock, shelf, die, links, health } = shelfOn("room-1");
    await runFor(clock, 500);
    die(true);
    await runFor(clock, 2000);
    expect(links).toEqual([true, false]);
    expect(shelf.health()).toMatchObject({
      state: "down",
      code: expect.stringMatching(/^device-(timeout|quarantined)$/),
    });
    const sent = shelf.send(command).catch((error: Refusal) => error.code);
    await runFor(clock, 1000);
    expect(await sent).toMatch(/^device-/);
    die(false);
    await runFor(clock, 10_000);
    expect(links).toEqual([true, false, true]);
    expect(health.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1])).toEqual([
      "up",
      "down",
      "up",
    ]);
  });

  it("keeps trying STOP over a line that comes back, and gives up after its limit", async () => {
    const { clock, shelf, near, far, told } = shelfOn("room-1");
    await runFor(clock, 500);
    near.unplug();
    const stopped = shelf.stop();
    await runFor(clock, 600);
    near.replug();
    void far.open();
    await runFor(clock, 2500);
    await stopped;
    expect(told.some(({ input }) => input.kind === "stop")).toBe(true);
    near.unplug();
    const failed = shelf.stop().catch((error: Refusal) => error.code);
    await runFor(clock, 4000);
    expect(await failed).toBe("link-lost");
  });

  it("does not mistake another register map for its own", async () => {
    const { clock, shelf, status } = shelfOn("room-1");
    status.openAisle = 9;
    await runFor(clock, 2000);
    expect(shelf.health()).toMatchObject({ state: "down", code: "device-wrong-answer" });
  });
});

describe("fatek-njust shelf", () => {
  it("checks, writes the aisle, presses and releases; STOP breaks in", async () => {
    const { clock, shelf, told } = shelfOn("fatek-njust");
    await runFor(clock, 500);
    expect(shelf.cannotKeep).toContain("S15");
    const sent = shelf.send(command);
    await runFor(clock, 1500);
    await sent;
    expect(told.map(({ input }) => input.kind)).toEqual(["command"]);
    expect(told[0]?.input).toMatchObject({ command: { verb: "open", aisle: 3, wireId: null } });
    const interrupted = shelf.send({ ...command, aisle: 4 }).catch((error: Refusal) => error.code);
    await runFor(clock, 100);
    const stopped = shelf.stop();
    await runFor(clock, 1500);
    await stopped;
    expect(await interrupted).toBe("bus-preempted");
    expect(told.map(({ input }) => input.kind)).toEqual(["command", "stop"]);
  });

  it("presses nothing after its life or a lead that is unsure, and releases what it pressed", async () => {
    const { clock, shelf, told } = shelfOn("fatek-njust");
    await runFor(clock, 500);
    const outcome = (sent: Promise<void>) =>
      sent.then(
        () => "sent",
        (error: Refusal) => error.code,
      );
    // The aisle is written, but the pause after it is longer than the command's life.
    const late = outcome(shelf.send({ ...command, ttlMs: 150 }));
    await runFor(clock, 1500);
    expect([await late, told]).toEqual(["command-expired", []]);
    let isSure = true;
    const unsure = outcome(shelf.send(command, () => isSure));
    await runFor(clock, 100);
    isSure = false;
    await runFor(clock, 1500);
    expect([await unsure, told]).toEqual(["command-expired", []]);
    isSure = true;
    // Pressed within the command's life and released after it, so that the next press counts again.
    for (const times of [1, 2]) {
      const pressed = outcome(shelf.send(command, () => isSure && told.length < times));
      await runFor(clock, 1500);
      expect([await pressed, told.length]).toEqual(["sent", times]);
    }
  });

  it("refuses while the panel is logged out, and says that a verb is missing", async () => {
    const { clock, shelf, status, told } = shelfOn("fatek-njust");
    status.interlocks.panelLoggedOut = true;
    await runFor(clock, 500);
    const refused = shelf.send(command).catch((error: Refusal) => error.params.detail);
    await runFor(clock, 500);
    expect(await refused).toBe("interlock");
    await expect(shelf.send({ ...command, verb: "inhibit" })).rejects.toMatchObject({ code: "device-refused" });
    expect(told).toEqual([]);
  });
});
