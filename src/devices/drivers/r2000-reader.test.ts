import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gen2Crc } from "../../../firmware-protocols/epc/gen2-crc.ts";
import { fromHex } from "../../../firmware-protocols/framing/hex.ts";
import { decodeRequest, encodeReply } from "../../../firmware-protocols/r2000/decode.ts";
import { createR2000Parser } from "../../../firmware-protocols/r2000/frame.ts";
import { statusOf } from "../../../firmware-protocols/r2000/message.ts";
import type { Reply } from "../../../firmware-protocols/r2000/table.ts";
import { type First, heldProcess } from "../../../tests/support/held-process.ts";
import { runFor } from "../../../tests/support/run-for.ts";
import { seededChance } from "../../clock/chance.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import type { InventoryRequest, ReaderPort } from "../../contract/ports.ts";
import type { AntennaCoverage, Sighting } from "../../contract/sighting.ts";
import { memoryLine } from "../links/memory.ts";
import { openBus } from "../open-bus.ts";
import { r2000Reader } from "./r2000-reader.ts";

const epcOf = (n: number) => `3000${n.toString(16).toUpperCase().padStart(20, "0")}`;

/** Answers like the manual (7-protocols §2.1): `tags` by 1-based port. One round takes 40 ms. */
interface FakeReader {
  tags: Map<number, string[]>;
  missing: Set<number>;
  powerDbm: number;
  isDead: boolean;
  /** Frames of the next buffer read that the line loses. */
  loseFrames: number;
  restart(): void;
  asked: string[];
}

function bench(options: { addresses: number[]; ports?: 4 | 16 }) {
  const clock = virtualClock(1000);
  const { near, far } = memoryLine({ clock, baud: 115_200, latencyMs: 1 });
  const gateway = heldProcess(clock);
  const fakes = new Map<number, FakeReader>();
  const parser = createR2000Parser();
  const send = (bytes: Uint8Array) => void far.write(bytes).catch(() => {});

  for (const address of options.addresses) {
    let bank = 0;
    let antenna = 0;
    let buffer: string[] = [];
    let restarts = 0;
    const fake: FakeReader = {
      tags: new Map(),
      missing: new Set(),
      powerDbm: 26,
      isDead: false,
      loseFrames: 0,
      asked: [],
      restart() {
        restarts++;
        bank = 0;
        antenna = 0;
        buffer = [];
        fake.powerDbm = 26;
      },
    };
    fakes.set(address, fake);
    const port = () => bank * 8 + antenna + 1;
    far.onBytes((bytes) => {
      for (const piece of parser.push(bytes, clock.nowMs())) {
        if (piece.kind !== "frame") continue;
        const { address: to, command } = piece.frame;
        const asked = fakes.get(to);
        const request = decodeRequest(piece.frame);
        if (!asked || asked.isDead || request.kind === "malformed") continue;
        asked.asked.push(request.kind);
        answerOf.get(to)?.(request, command);
      }
    });
    const reply = (command: number, message: Reply) => send(encodeReply(address, command, message));
    const ok = (command: number) => reply(command, statusOf(0x10));
    const common = { frequencyIndex: 30, pc: 0x3000 };
    answerOf.set(address, (request, command) => {
      const before = restarts;
      const alive = (fn: () => void) => () => void (restarts === before && !fake.isDead && fn());
      switch (request.kind) {
        case "get-firmware-version":
          return reply(command, { kind: "firmware-version", major: 2, minor: 38 });
        case "get-temperature":
          return reply(command, { kind: "temperature", celsius: 31 });
        case "set-temporary-power":
          fake.powerDbm = request.value;
          return ok(command);
        case "get-output-power":
          return reply(command, { kind: "output-power", powersDbm: [fake.powerDbm] });
        case "set-antenna-bank":
          bank = request.value / 16;
          return ok(command);
        case "set-work-antenna":
          antenna = request.value;
          return ok(command);
        case "clear-buffer":
          buffer = [];
          return ok(command);
        case "inventory":
        case "real-time-inventory": {
          if (fake.missing.has(port())) return reply(command, statusOf(0x22));
          const tags = fake.tags.get(port()) ?? [];
          for (let round = 1; round <= request.repeat; round++) {
            clock.after(
              round * 40 - 5,
              alive(() => {
                for (const epc of tags) {
                  if (command === 0x80) buffer.push(epc);
                  else reply(command, { kind: "tag", epc, antenna, rssiRaw: 69, signalDbm: -61, ...common });
                }
              }),
            );
          }
          const total = tags.length * request.repeat;
          const end: Reply =
            command === 0x89
              ? { kind: "inventory-end", antenna, readRate: 50, totalRead: total }
              : { kind: "inventory-summary", antenna, tagCount: tags.length, readRate: 50, totalRead: total };
          clock.after(
            request.repeat * 40,
            alive(() => reply(command, tags.length === 0 && command === 0x80 ? statusOf(0x36) : end)),
          );
          return;
        }
        case "get-buffer": {
          const distinct = [...new Set(buffer)];
          if (distinct.length === 0) return reply(command, statusOf(0x38));
          for (const epc of distinct) {
            const bytes = Uint8Array.of(0x30, 0, ...(fromHex(epc) ?? []));
            const readCount = buffer.filter((other) => other === epc).length;
            const crc = gen2Crc(bytes, 0, bytes.length);
            if (fake.loseFrames-- > 0) continue;
            const tag = { epc, antenna, rssiRaw: 69, signalDbm: -61, crc, crcOk: true, readCount, ...common };
            reply(command, { kind: "buffered-tag", tagCount: distinct.length, ...tag });
          }
          return;
        }
      }
    });
  }
  void far.open();

  const opened = openBus({
    spec: { id: "pair-1", link: { kind: "serial", port: "/dev/x", baud: 115_200 } },
    override: gateway.link(near),
    devices: options.addresses.map((address) => ({
      id: `rd-${address}`,
      kind: "reader",
      profile: "r2000",
      bus: "pair-1",
      address,
    })),
    clock: gateway.clock,
    chance: seededChance(5),
  });
  if (opened.protocol !== "r2000") throw new Error("not R2000");
  const { bus } = opened;
  const readers = options.addresses.map((address) =>
    r2000Reader({
      readerId: `rd-${address}`,
      address,
      antennaCount: options.ports ?? 4,
      powerDbm: 30,
      bus,
      isShared: options.addresses.length > 1,
      clock: gateway.clock,
      onHealth: () => {},
    }),
  );
  opened.link.start();
  return {
    clock,
    gateway,
    near,
    far,
    bus,
    readers,
    fakes,
    fake: (address: number) => fakes.get(address) as FakeReader,
  };
}

const answerOf = new Map<number, (request: ReturnType<typeof decodeRequest>, command: number) => void>();

function gather(reader: ReaderPort, request: InventoryRequest): AntennaCoverage[] {
  const coverages: AntennaCoverage[] = [];
  void (async () => {
    for await (const coverage of reader.inventory(request)) coverages.push(coverage);
  })();
  return coverages;
}

describe("R2000 reader on a link of its own", () => {
  it("starts up, sets temporary power and counts rounds exactly", async () => {
    const { clock, readers, fake } = bench({ addresses: [1] });
    const [reader] = readers;
    if (!reader) throw new Error();
    fake(1).tags.set(2, [epcOf(1), epcOf(2)]);
    await runFor(clock, 500);
    expect(reader.health()).toMatchObject({ state: "up", detail: "V2.38, 31 °C" });
    expect(fake(1).powerDbm).toBe(30);
    const live: Sighting[] = [];
    reader.onSighting((sighting) => live.push(sighting));
    const coverages = gather(reader, { antennas: [1, 2], roundsEach: 3 });
    await runFor(clock, 1000);
    expect(coverages).toMatchObject([
      { antenna: 1, roundsOffered: 3, healthy: true, sightings: [] },
      {
        antenna: 2,
        roundsOffered: 3,
        healthy: true,
        sightings: [
          { epc: epcOf(1), antenna: 2, count: 3, signalDbm: -61 },
          { epc: epcOf(2), antenna: 2, count: 3, signalDbm: -61 },
        ],
      },
    ]);
    expect(live).toHaveLength(6);
    expect(fake(1).asked).not.toContain("inventory");
  });

  it("keeps within 10 % of the air time", async () => {
    const { clock, readers, fake } = bench({ addresses: [1], ports: 16 });
    const [reader] = readers;
    if (!reader) throw new Error();
    for (let port = 1; port <= 16; port++)
      fake(1).tags.set(
        port,
        Array.from({ length: 20 }, (_, i) => epcOf(port * 100 + i)),
      );
    await runFor(clock, 500);
    const fromMs = clock.nowMs();
    let tookMs = 0;
    void (async () => {
      const antennas = Array.from({ length: 16 }, (_, i) => i + 1);
      for await (const coverage of reader.inventory({ antennas, roundsEach: 3 })) expect(coverage.healthy).toBe(true);
      tookMs = clock.nowMs() - fromMs;
    })();
    await runFor(clock, 10_000);
    // 16 antennas × 3 rounds × 40 ms; the fake's last 20 tags leave the line 35 ms after the round.
    expect(tookMs).toBeGreaterThan(1920);
    expect(tookMs / (16 * (3 * 40 + 36))).toBeLessThan(1.1);
  });

  it("says so when an antenna is missing, and only for that antenna", async () => {
    const { clock, readers, fake } = bench({ addresses: [1] });
    const [reader] = readers;
    if (!reader) throw new Error();
    fake(1).missing.add(3);
    await runFor(clock, 500);
    const coverages = gather(reader, { antennas: [2, 3, 4], roundsEach: 2 });
    await runFor(clock, 1000);
    expect(coverages.map(({ healthy, fault }) => [healthy, fault])).toEqual([
      [true, null],
      [false, "antenna-missing"],
      [true, null],
    ]);
    expect(reader.health()).toMatchObject({ state: "degraded", code: "device-antenna-missing" });
    fake(1).missing.clear();
    gather(reader, { antennas: [3], roundsEach: 2 });
    await runFor(clock, 1000);
    expect(reader.health()).toMatchObject({ state: "up", code: null });
  });
});

describe("R2000 readers that share a pair", () => {
  it("polls buffered, one after the other, and never streams", async () => {
    const { clock, readers, fakes } = bench({ addresses: [1, 2, 3], ports: 16 });
    for (const [address, fake] of fakes) fake.tags.set(9, [epcOf(address), epcOf(address + 10)]);
    await runFor(clock, 500);
    const all = readers.map((reader) => gather(reader, { antennas: [1, 9], roundsEach: 4 }));
    await runFor(clock, 5000);
    all.forEach((coverages, i) => {
      expect(coverages).toMatchObject([
        { readerId: `rd-${i + 1}`, antenna: 1, healthy: true, sightings: [] },
        { antenna: 9, healthy: true, roundsOffered: 4 },
      ]);
      expect(coverages[1]?.sightings.map(({ epc, count }) => [epc, count])).toEqual([
        [epcOf(i + 1), 4],
        [epcOf(i + 11), 4],
      ]);
    });
    for (const fake of fakes.values()) expect(fake.asked).not.toContain("real-time-inventory");
  });

  it("reads the buffer again when a frame got lost, and loses no tag", async () => {
    const { clock, readers, fake } = bench({ addresses: [1, 2] });
    const [reader] = readers;
    if (!reader) throw new Error();
    fake(1).tags.set(1, [epcOf(1), epcOf(2), epcOf(3)]);
    await runFor(clock, 500);
    fake(1).loseFrames = 1;
    const coverages = gather(reader, { antennas: [1], roundsEach: 2 });
    await runFor(clock, 2000);
    expect(coverages[0]).toMatchObject({ healthy: true });
    expect(coverages[0]?.sightings).toHaveLength(3);
  });

  it("gives an unhealthy answer, never an exception, when a reader dies in the middle, and starts it again", async () => {
    const { clock, readers, fake } = bench({ addresses: [1, 2] });
    const [first, second] = readers;
    if (!first || !second) throw new Error();
    fake(1).tags.set(1, [epcOf(1)]);
    fake(2).tags.set(1, [epcOf(2)]);
    await runFor(clock, 500);
    const coverages = gather(first, { antennas: [1, 1, 1], roundsEach: 5 });
    await runFor(clock, 60);
    fake(1).isDead = true;
    const others = gather(second, { antennas: [1, 1], roundsEach: 2 });
    await runFor(clock, 12_000);
    expect(coverages.map(({ healthy }) => healthy)).toEqual([false, false, false]);
    expect(coverages[0]?.fault).toBe("timeout");
    expect(others.map(({ healthy }) => healthy)).toEqual([true, true]);
    expect(first.health()).toMatchObject({ state: "down" });
    fake(1).isDead = false;
    fake(1).restart();
    await runFor(clock, 60_000);
    expect(first.health()).toMatchObject({ state: "up" });
    expect(fake(1).powerDbm).toBe(30);
    const again = gather(first, { antennas: [1], roundsEach: 2 });
    await runFor(clock, 2000);
    expect(again[0]).toMatchObject({ healthy: true, sightings: [{ count: 2 }] });
  });

  it("notices a restart that nobody saw, before it counts anything", async () => {
    const { clock, readers, fake } = bench({ addresses: [1, 2] });
    const [reader] = readers;
    if (!reader) throw new Error();
    await runFor(clock, 500);
    fake(1).restart();
    expect(fake(1).powerDbm).toBe(26);
    gather(reader, { antennas: [1], roundsEach: 2 });
    await runFor(clock, 2000);
    expect(fake(1).powerDbm).toBe(30);
  });

  it("is unhealthy with the link's fault while the line is unplugged", async () => {
    const { clock, near, readers } = bench({ addresses: [1, 2] });
    const [reader] = readers;
    if (!reader) throw new Error();
    await runFor(clock, 500);
    near.unplug();
    const coverages = gather(reader, { antennas: [1, 2], roundsEach: 2 });
    await runFor(clock, 100);
    expect(coverages.map(({ healthy, fault }) => [healthy, fault])).toEqual([
      [false, "link-down"],
      [false, "link-down"],
    ]);
    expect(reader.health()).toMatchObject({ state: "down", code: "link-lost" });
  });
});

describe("a gateway that is held while readers answer", () => {
  const holding = fc.record({
    afterMs: fc.integer({ min: 0, max: 500 }),
    forMs: fc.integer({ min: 20, max: 4_900 }),
    first: fc.constantFrom<First>("timers", "bytes"),
  });
  it.each([
    ["on a link of its own", [1]],
    ["that share a pair", [1, 2]],
  ])(
    "%s: no antenna gets what another one heard, nor more rounds than it was asked for",
    async (_, addresses) => {
      await fc.assert(
        fc.asyncProperty(fc.array(holding, { minLength: 1, maxLength: 4 }), async (holdings) => {
          const { clock, gateway, readers, fakes } = bench({ addresses, ports: 16 });
          const antennas = [1, 2, 9, 10];
          // Whose tag it is stands in its number.
          for (const [address, fake] of fakes)
            for (const antenna of antennas) fake.tags.set(antenna, [epcOf(address * 100 + antenna)]);
          await runFor(clock, 500);
          const gathered = readers.map((reader) =>
            gather(reader, { antennas: [...antennas, ...antennas], roundsEach: 3 }),
          );
          for (const { afterMs, forMs, first } of holdings) {
            await runFor(clock, afterMs);
            gateway.hold();
            await runFor(clock, forMs);
            gateway.goOn(first);
          }
          await runFor(clock, 20_000);
          const again = readers.map((reader) => gather(reader, { antennas, roundsEach: 2 }));
          await runFor(clock, 60_000);
          for (const [i, address] of addresses.entries()) {
            const coverages = [...(gathered[i] ?? []), ...(again[i] ?? [])];
            expect(coverages).toHaveLength(12);
            for (const { antenna, healthy, roundsOffered, sightings } of coverages) {
              for (const { epc, count } of sightings) {
                expect(epc).toBe(epcOf(address * 100 + antenna));
                expect(count).toBeLessThanOrEqual(roundsOffered);
              }
              if (healthy) expect(sightings).toHaveLength(1);
            }
            expect(again[i]?.map(({ healthy }) => healthy)).toEqual([true, true, true, true]);
          }
        }),
        { numRuns: 40 },
      );
    },
    120_000,
  );
});
