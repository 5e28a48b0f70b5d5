import { gen2Crc } from "../../firmware-protocols/epc/gen2-crc.ts";
import { fromHex } from "../../firmware-protocols/framing/hex.ts";
import { decodeRequest, encodeReply } from "../../firmware-protocols/r2000/decode.ts";
import { createR2000Parser } from "../../firmware-protocols/r2000/frame.ts";
import { statusOf } from "../../firmware-protocols/r2000/message.ts";
import type { Reply } from "../../firmware-protocols/r2000/table.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import type { InventoryRequest, ReaderPort } from "../../src/contract/ports.ts";
import type { AntennaCoverage } from "../../src/contract/sighting.ts";
import { r2000Reader } from "../../src/devices/drivers/r2000/r2000-reader.ts";
import { memoryLine } from "../../src/devices/links/memory.ts";
import { openBus } from "../../src/devices/open-bus.ts";
import { heldProcess } from "./held-process.ts";

export const epcOf = (n: number) => `3000${n.toString(16).toUpperCase().padStart(20, "0")}`;

/** Answers like the manual (7-protocols §2.1): `tags` by 1-based port. One round takes 40 ms. */
export interface FakeReader {
  tags: Map<number, string[]>;
  missing: Set<number>;
  powerDbm: number;
  isDead: boolean;
  /** Frames of the next buffer read that the line loses. */
  loseFrames: number;
  restart(): void;
  asked: string[];
}

export function r2000Bench(options: { addresses: number[]; ports?: 4 | 16 }) {
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

export function gather(reader: ReaderPort, request: InventoryRequest): AntennaCoverage[] {
  const coverages: AntennaCoverage[] = [];
  void (async () => {
    for await (const coverage of reader.inventory(request)) coverages.push(coverage);
  })();
  return coverages;
}
