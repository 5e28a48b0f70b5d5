import { describe, expect, it } from "vitest";
import {
  createRtuRequestParser,
  createRtuResponseParser,
  encodeRtu,
  type ModbusAdu,
} from "../../../firmware-protocols/modbus/index.ts";
import { runFor } from "../../../tests/support/run-for.ts";
import { seededChance } from "../../clock/chance.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import type { Refusal } from "../../contract/errors.ts";
import { keepLinkUp } from "../links/keep-link-up.ts";
import { memoryLine } from "../links/memory.ts";
import { type Bus, createBus } from "./bus.ts";
import type { Priority, Transaction } from "./transaction.ts";

/** A line at 115 200 baud with devices 1…n; `dead` ones stay silent. A device answers a read of one register with its address. */
function line(options: { dead?: number[]; answerMs?: number } = {}) {
  const clock = virtualClock(1000);
  const { near, far } = memoryLine({ clock, baud: 115_200 });
  const heard: { unit: number; fn: number; atMs: number }[] = [];
  const parser = createRtuRequestParser();
  const dead = new Set(options.dead ?? []);
  let answerMs = options.answerMs ?? 2;
  far.onBytes((bytes) => {
    for (const piece of parser.push(bytes, clock.nowMs())) {
      if (piece.kind !== "frame") continue;
      const { unit, pdu } = piece.frame;
      heard.push({ unit, fn: pdu[0] ?? 0, atMs: clock.nowMs() });
      if (dead.has(unit)) continue;
      const answer = pdu[0] === 5 ? pdu : Uint8Array.of(3, 2, 0, unit);
      clock.after(answerMs, () => void far.write(encodeRtu(unit, answer)));
    }
  });
  void far.open();
  const link = keepLinkUp(near, clock, seededChance(1));
  const bus = createBus<ModbusAdu>({
    id: "bus-1",
    link,
    clock,
    parser: createRtuResponseParser(),
    gapMs: 1.75,
    silenceMs: 50,
  });
  link.start();
  return { clock, near, far, heard, bus, link, dead, setAnswerMs: (ms: number) => (answerMs = ms) };
}

function read(slave: number, more: Partial<Transaction<ModbusAdu>> = {}): Transaction<ModbusAdu> {
  return {
    slave,
    priority: "status",
    bytes: encodeRtu(slave, Uint8Array.of(3, 0, 0, 0, 1)),
    matches: (adu) => (adu.unit === slave && adu.pdu[0] === 3 ? "done" : "no"),
    timeoutMs: 100,
    retries: 0,
    ...more,
  };
}

function stop(slave: number): Transaction<ModbusAdu> {
  return {
    ...read(slave),
    priority: "stop",
    bytes: encodeRtu(slave, Uint8Array.of(5, 0, 0, 0xff, 0)),
    matches: (adu) => (adu.unit === slave && adu.pdu[0] === 5 ? "done" : "no"),
    retries: 3,
  };
}

function collect(bus: Bus<ModbusAdu>, transactions: Transaction<ModbusAdu>[]): string[] {
  const outcomes: string[] = [];
  for (const transaction of transactions) {
    bus.request(transaction).then(
      (frames) => outcomes.push(`${transaction.slave}:${frames.length}`),
      (error: Refusal) => outcomes.push(`${transaction.slave}:${error.code}`),
    );
  }
  return outcomes;
}

describe("bus", () => {
  it("keeps one transaction in flight and the frame gap between them", async () => {
    const { clock, heard, bus } = line();
    await runFor(clock, 1);
    const outcomes = collect(bus, [read(1), read(2), read(3)]);
    await runFor(clock, 200);
    expect(outcomes).toEqual(["1:1", "2:1", "3:1"]);
    for (let i = 1; i < heard.length; i++) {
      // The request takes 0.7 ms; the answer comes after 2 ms and takes 0.6 ms; the gap is 1.75 ms.
      expect((heard[i]?.atMs ?? 0) - (heard[i - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(4.9);
    }
  });

  it("lets STOP overtake 50 queued status polls", async () => {
    const { clock, heard, bus } = line();
    await runFor(clock, 1);
    const polls = collect(
      bus,
      Array.from({ length: 50 }, (_, i) => read(i + 1)),
    );
    const motion = collect(bus, [read(7, { priority: "motion" })]);
    await runFor(clock, 8);
    const askedAtMs = clock.nowMs();
    const stops = collect(bus, [stop(7)]);
    const motionAfter = collect(bus, [read(9, { priority: "motion" })]);
    await runFor(clock, 30);
    const stopHeard = heard.find((frame) => frame.fn === 5);
    expect((stopHeard?.atMs ?? 0) - askedAtMs).toBeLessThanOrEqual(10);
    expect(stops).toEqual(["7:1"]);
    expect([...motion, ...motionAfter].length).toBe(2);
    await runFor(clock, 2000);
    expect(polls).toHaveLength(50);
    expect(polls.every((outcome) => outcome.endsWith(":1"))).toBe(true);
  });

  it("cuts a long answer short for STOP within 100 ms", async () => {
    const { clock, heard, bus } = line({ dead: [4] });
    await runFor(clock, 1);
    const slow = collect(bus, [read(4, { priority: "inventory", timeoutMs: 5000, answerMsMax: 20_000 })]);
    await runFor(clock, 50);
    const askedAtMs = clock.nowMs();
    const stops = collect(bus, [stop(1)]);
    await runFor(clock, 100);
    expect((heard.at(-1)?.atMs ?? 0) - askedAtMs).toBeLessThanOrEqual(100);
    expect(slow).toEqual(["4:bus-preempted"]);
    expect(stops).toEqual(["1:1"]);
  });

  it("brings STOP to the living within 100 ms while a dead slave lets its own wait", async () => {
    const { clock, heard, bus } = line({ dead: [4] });
    await runFor(clock, 1);
    const dead = collect(bus, [{ ...stop(4), timeoutMs: 400 }]);
    await runFor(clock, 5);
    const askedAtMs = clock.nowMs();
    const stops = collect(bus, [stop(1)]);
    await runFor(clock, 120);
    expect((heard.find(({ unit }) => unit === 1)?.atMs ?? Number.NaN) - askedAtMs).toBeLessThanOrEqual(100);
    expect(stops).toEqual(["1:1"]);
    expect(dead).toEqual(["4:bus-preempted"]);
  });

  it("rejects the motion that waits behind a STOP for the same slave", async () => {
    const { clock, bus, heard } = line({ answerMs: 20 });
    await runFor(clock, 1);
    collect(bus, [read(2)]);
    const motion = collect(bus, [read(1, { priority: "motion" })]);
    const stops = collect(bus, [stop(1)]);
    await runFor(clock, 200);
    expect(motion).toEqual(["1:bus-preempted"]);
    expect(stops).toEqual(["1:1"]);
    expect(heard.map((frame) => `${frame.unit}/${frame.fn}`)).toEqual(["2/3", "1/5"]);
  });

  it("does not let a dead slave block the others, and probes it once a pause", async () => {
    const { clock, heard, bus, dead } = line({ dead: [9] });
    await runFor(clock, 1);
    const latencies: number[] = [];
    let errors = 0;
    const poll = (slave: number) => {
      const fromMs = clock.nowMs();
      bus.request(read(slave)).then(
        () => latencies.push(clock.nowMs() - fromMs),
        () => errors++,
      );
      clock.after(150, () => poll(slave));
    };
    for (const slave of [1, 2, 3, 9]) poll(slave);
    await runFor(clock, 20_000);
    const probes = heard.filter((frame) => frame.unit === 9);
    // Three failures, then probes after 1, 2, 4 and 8 s.
    expect(probes.length).toBe(7);
    expect(latencies.length).toBeGreaterThan(390);
    latencies.sort((a, b) => a - b);
    expect(latencies[Math.floor(latencies.length * 0.95)]).toBeLessThan(25);
    expect(latencies.at(-1)).toBeLessThan(160);
    dead.delete(9);
    const before = errors;
    await runFor(clock, 32_000);
    expect(heard.filter((frame) => frame.unit === 9).length).toBeGreaterThan(50);
    await runFor(clock, 1000);
    expect(errors - before).toBeLessThan(32_000 / 150);
  });

  it("sends STOP to a quarantined slave as well", async () => {
    const { clock, bus, heard } = line({ dead: [9] });
    await runFor(clock, 1);
    for (let i = 0; i < 3; i++) {
      collect(bus, [read(9)]);
      await runFor(clock, 150);
    }
    const outcomes = collect(bus, [read(9), stop(9)]);
    await runFor(clock, 1000);
    expect(outcomes).toEqual(["9:device-quarantined", "9:device-timeout"]);
    expect(heard.filter((frame) => frame.fn === 5)).toHaveLength(4);
  });

  it("gives every priority its turn under a flood of motion", async () => {
    const { clock, bus } = line();
    await runFor(clock, 1);
    const flood = () => {
      for (let i = 0; i < 4; i++) bus.request(read(1, { priority: "motion", queuedMsMax: 10_000 })).catch(() => {});
      clock.after(10, flood);
    };
    flood();
    const status = collect(bus, [read(2)]);
    const inventory = collect(bus, [read(3, { priority: "inventory" })]);
    await runFor(clock, 1500);
    expect(status).toEqual(["2:1"]);
    await runFor(clock, 12_000);
    expect(inventory).toEqual(["3:1"]);
  });

  it("bounds every queue and every wait in it", async () => {
    const { clock, bus } = line({ dead: [1] });
    await runFor(clock, 1);
    const limits: [Priority, number][] = [
      ["motion", 64],
      ["status", 256],
      ["inventory", 256],
    ];
    for (const [priority, limit] of limits) {
      const outcomes = collect(
        bus,
        Array.from({ length: limit + 10 }, () => read(2, { priority })),
      );
      await runFor(clock, 0);
      expect(outcomes.filter((outcome) => outcome.endsWith("bus-full")).length).toBeGreaterThanOrEqual(9);
    }
    await runFor(clock, 10_000);
    expect(bus.waitingCount).toBe(0);
  });

  it("drops a half frame after silence and reads the next good one", async () => {
    const { clock, far, bus } = line();
    const seen: number[] = [];
    bus.onFrame((adu) => seen.push(adu.unit));
    await runFor(clock, 1);
    const good = encodeRtu(5, Uint8Array.of(3, 2, 0, 5));
    void far.write(good.subarray(0, 4));
    await runFor(clock, 120);
    expect(bus.counters.noiseBytes).toBe(4);
    void far.write(good);
    await runFor(clock, 10);
    expect(seen).toEqual([5]);
  });

  it("rejects what runs and waits when the link goes down, and works again after the replug", async () => {
    const { clock, near, far, bus } = line({ answerMs: 50 });
    await runFor(clock, 1);
    const outcomes = collect(bus, [read(1), read(2)]);
    await runFor(clock, 10);
    near.unplug();
    await runFor(clock, 10);
    expect(outcomes).toEqual(["1:link-lost", "2:link-lost"]);
    near.replug();
    void far.open();
    await runFor(clock, 2000);
    const again = collect(bus, [read(1)]);
    await runFor(clock, 200);
    expect(again).toEqual(["1:1"]);
  });
});
