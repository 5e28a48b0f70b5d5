/**
 * The process is held for seconds (SIGSTOP, a starved machine) at any moment, while answers wait unread in its sockets. None of
 * them may be taken for the answer to a later question or for the present state, whatever is read first afterwards.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payloads } from "../../../firmware-protocols/archive-mqtt/index.ts";
import { answerAdu, createRequestParser, type ModbusMode } from "../../../firmware-protocols/modbus/index.ts";
import {
  createControllerBank,
  registerMaps,
  type WireStatus,
} from "../../../firmware-protocols/register-maps/index.ts";
import { perform } from "../../../simulators/control/commands.ts";
import { createTwin } from "../../../simulators/twin.ts";
import { type First, heldProcess } from "../../../tests/support/held-process.ts";
import { keyedLayout } from "../../../tests/support/keyed-site.ts";
import { runFor } from "../../../tests/support/run-for.ts";
import { linkTo } from "../../../tests/support/twin-link.ts";
import { seededChance } from "../../clock/chance.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import type { InputPort } from "../../contract/ports.ts";
import { memoryLine } from "../links/memory.ts";
import { openBus } from "../open-bus.ts";
import { openDevices } from "../open-devices.ts";
import { modbusShelf } from "./modbus-shelf.ts";

const shape = { columns: [1, 2, 3, 4, 5, 6], aisles: 5 };
const { interlocks } = payloads["shelf-state"].examples[1] as { interlocks: WireStatus["interlocks"] };
const holding = fc.record({
  afterMs: fc.integer({ min: 0, max: 700 }),
  forMs: fc.integer({ min: 20, max: 4_900 }),
  first: fc.constantFrom<First>("timers", "bytes"),
});
type Holding = { afterMs: number; forMs: number; first: First };

/** A room-1 controller whose entries count the times of its pictures, 50 ms each; it takes `answerMs` for each answer. */
function controller(mode: ModbusMode) {
  const base = virtualClock(0);
  const { near, far } = memoryLine({ clock: base, latencyMs: 1 });
  const motion = heldProcess(base);
  const registerMap = registerMaps["room-1"];
  if (!registerMap) throw new Error("room-1");
  const twin = { answerMs: 3, isDead: false };
  const status = (): WireStatus => ({
    bootId: 5,
    activity: "idle",
    openAisle: 0,
    columns: shape.columns.map((column) => ({ column, positionMm: column * 100, motion: "still", fault: false })),
    interlocks,
    occupancy: { people: 0, entrySeq: Math.floor(base.monoMs() / 50) & 0xffff, confirmedEntrySeq: null },
    lastCommand: null,
    light: null,
    temperatureC: 20.5,
    humidityPct: 50,
  });
  const bank = createControllerBank(registerMap, shape, { status, receive() {} });
  const parser = createRequestParser(mode);
  let freeAtMs = 0;
  far.onBytes((bytes) => {
    for (const piece of parser.push(bytes, base.nowMs())) {
      const answer = piece.kind === "frame" && !twin.isDead ? answerAdu(mode, 1, piece.frame, bank) : null;
      freeAtMs = Math.max(freeAtMs, base.monoMs() + twin.answerMs);
      if (answer) base.after(freeAtMs - base.monoMs(), () => void far.write(answer).catch(() => {}));
    }
  });
  void far.open();
  const isWire = mode === "rtu";
  const opened = openBus({
    spec: {
      id: "bus-1",
      link: isWire ? { kind: "serial", port: "/dev/x", baud: 115_200 } : { kind: "tcp", host: "", port: 1 },
    },
    override: motion.link(near),
    devices: [
      {
        ...{ id: "shelf-1", kind: "shelf", protocol: "room-1", bus: "bus-1", address: 1 },
        ...(isWire ? {} : { framing: mode === "tcp" ? "tcp" : "rtu" }),
      },
    ],
    clock: motion.clock,
    chance: seededChance(3),
  });
  if (opened.protocol !== "modbus") throw new Error("not Modbus");
  expect(opened.line.mode).toBe(mode);
  const { line } = opened;
  const { clock } = motion;
  const shelf = modbusShelf({ deviceId: "shelf-1", unit: 1, line, registerMap, shape, clock, onHealth: () => {} });
  const seen: { madeMs: number; madeAfterMs: number | null; atMs: number }[] = [];
  const epochMs = Math.floor(base.monoMs() / 50 / 65_536) * 65_536 * 50;
  shelf.onStatus(({ occupancy }, atMs, madeAfterMs) => {
    seen.push({ madeMs: epochMs + (occupancy.entrySeq ?? 0) * 50, madeAfterMs, atMs });
  });
  opened.link.start();
  return { base, motion, seen, twin, line, isUp: () => shelf.health().state === "up" };
}

/** Limits on silence count from receipt: a picture read later than this must not count as just heard. */
const readLateMsMax = 1_000;

describe.each<ModbusMode>(["tcp", "rtu-over-tcp", "rtu"])("pictures of a shelf, %s", (mode) => {
  async function run(holdings: readonly Holding[], answerMs: number): Promise<void> {
    const { base, motion, seen, twin, isUp } = controller(mode);
    await runFor(base, 1_000);
    twin.answerMs = answerMs;
    for (const { afterMs, forMs, first } of holdings) {
      await runFor(base, afterMs);
      motion.hold();
      await runFor(base, forMs);
      motion.goOn(first);
      await runFor(base, 0);
    }
    await runFor(base, 400);
    for (const { madeMs, madeAfterMs, atMs } of seen) {
      if (madeAfterMs !== null) expect(madeMs).toBeGreaterThan(madeAfterMs - 50);
      expect(atMs - madeMs).toBeLessThan(readLateMsMax);
    }
    twin.answerMs = 3;
    // After an error of the device itself its driver pauses for at most half a minute.
    for (let waitedS = 0; waitedS < 35 && !(isUp() && waitedS > 0); waitedS++) await runFor(base, 1_000);
    expect(isUp()).toBe(true);
    expect(base.monoMs() - (seen.at(-1)?.madeAfterMs ?? 0)).toBeLessThan(500);
  }

  it("a hold at any moment, a controller that answers in time or a little late", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(holding, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(3, 30, 90, 122, 128, 134),
        run,
      ),
      { numRuns: 150 },
    );
  }, 120_000);

  it.each<First>(["timers", "bytes"])(
    "held just after a timeout, with its answer on the way: the next question is not answered by it (%s first)",
    async (first) => {
      const { base, motion, seen, twin, line } = controller(mode);
      await runFor(base, 1_000);
      for (let answerMs = 118; answerMs <= 138; answerMs++) {
        twin.answerMs = answerMs;
        const { timeouts } = line.bus.counters;
        for (let waitedMs = 0; waitedMs < 2_000 && line.bus.counters.timeouts === timeouts; waitedMs++)
          await runFor(base, 1);
        motion.hold();
        await runFor(base, 3_000);
        twin.answerMs = 3;
        motion.goOn(first);
        await runFor(base, 40_000);
      }
      for (const { madeMs, madeAfterMs } of seen) expect(madeMs).toBeGreaterThan((madeAfterMs ?? 0) - 50);
    },
    120_000,
  );

  it.each<First>(["timers", "bytes"])(
    "a dead controller's last answer does not bring it back (%s first)",
    async (first) => {
      const { base, motion, seen, twin } = controller(mode);
      await runFor(base, 1_003);
      for (let afterMs = 0; afterMs < 220; afterMs += 7) {
        await runFor(base, 2_000 + afterMs);
        motion.hold();
        await runFor(base, 30);
        twin.isDead = true;
        const diedAtMs = base.monoMs();
        await runFor(base, 4_000);
        const before = seen.length;
        motion.goOn(first);
        await runFor(base, 1_000);
        expect(seen.slice(before).filter(({ atMs }) => atMs > diedAtMs + readLateMsMax)).toEqual([]);
        twin.isDead = false;
        await runFor(base, 40_000);
      }
    },
    120_000,
  );
});

describe("a key on the shelf's line", () => {
  it("no press is told that nobody watched from its beginning to its end", async () => {
    const presses = fc.record({
      afterMs: fc.integer({ min: 0, max: 900 }),
      forMs: fc.integer({ min: 200, max: 3_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(holding, { minLength: 1, maxLength: 3 }), presses, async (holdings, press) => {
        const base = virtualClock(Date.UTC(2026, 0, 5));
        const motion = heldProcess(base);
        const layout = keyedLayout();
        const twin = createTwin({ layout, standing: [], clock: base, seed: 7 });
        const links = { "bus-shelf-1": motion.link(linkTo(twin, "bus-shelf-1")) };
        const ports = openDevices({ layout, clock: motion.clock, chance: seededChance("held"), links });
        const port = ports.inputs.get("keys-1") as InputPort;
        const told: { pressedAtMs: number; atMs: number }[] = [];
        port.onPress(({ pressedAtMs, atMs }) => told.push({ pressedAtMs, atMs }));
        await runFor(base, 1_500);
        const held: { fromMs: number; toMs: number }[] = [];
        base.after(
          press.afterMs,
          () => void perform(twin, { do: "press", device: "keys-1", channel: 1, ms: press.forMs }),
        );
        const [fromMs, toMs] = [base.monoMs() + press.afterMs, base.monoMs() + press.afterMs + press.forMs];
        for (const { afterMs, forMs, first } of holdings) {
          await runFor(base, afterMs);
          const sinceMs = base.monoMs();
          motion.hold();
          await runFor(base, forMs);
          held.push({ fromMs: sinceMs, toMs: base.monoMs() });
          motion.goOn(first);
          await runFor(base, 0);
        }
        await runFor(base, 5_000);
        for (const { pressedAtMs, atMs } of told) {
          // The key was turned shortly before the moment that is reported for it.
          expect(Math.abs(pressedAtMs - fromMs)).toBeLessThan(900);
          expect(Math.abs(atMs - toMs)).toBeLessThan(1_800);
          for (const one of held)
            if (one.toMs - one.fromMs > 1_000) expect(one.fromMs > atMs || one.toMs < pressedAtMs).toBe(true);
        }
        expect(port.stateOf(1)).toBe(false);
        await ports.close();
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
