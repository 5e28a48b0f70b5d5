/** R2000 bytes → sightings in memory: the codec alone, then bus and driver over a line in memory; and 64 real-speed lines. */

import { silenceMs } from "../../firmware-protocols/framing/stream-parser.ts";
import { createR2000Parser, decodeReply, encodeReply, type R2000Frame } from "../../firmware-protocols/r2000/index.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { systemClock } from "../../src/clock/clock.ts";
import { createBus } from "../../src/devices/bus/bus.ts";
import { r2000Reader } from "../../src/devices/drivers/r2000/r2000-reader.ts";
import type { ByteLink } from "../../src/devices/links/byte-link.ts";
import { keepLinkUp } from "../../src/devices/links/keep-link-up.ts";
import { type BenchOptions, inTurn, type Measure, measured, median } from "./measure.ts";

const tagsInField = 400;
/** What a serial port hands over at once. */
const chunkBytes = 4096;
const lines = 64;
const lineBytesPerSecond = 11_520;
/** At 115 200 a 10 ms timer sees about this much. */
const lineChunkBytes = 115;

/** Frames of a real-time inventory: 400 tags of 96 bits over four antennas. */
function wireBytes(bytesMin: number): Uint8Array {
  const chance = seededChance("r2000");
  const epcs = Array.from({ length: tagsInField }, (_, i) => `E28011700000020${String(i).padStart(9, "0")}`);
  const frames: Uint8Array[] = [];
  let size = 0;
  while (size < bytesMin) {
    const tag = { antenna: chance.below(4), rssiRaw: 40 + chance.below(50), frequencyIndex: chance.below(50) };
    const frame = encodeReply(1, 0x89, { kind: "tag", epc: chance.pick(epcs), pc: 0x3000, signalDbm: 0, ...tag });
    frames.push(frame);
    size += frame.length;
  }
  return new Uint8Array(Buffer.concat(frames));
}

function chunksOf(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

/** Checks every byte and throws the result away: what summing alone costs on this machine. */
function bareSum(chunks: readonly Uint8Array[]): number {
  let sum = 0;
  for (const chunk of chunks) for (let i = 0; i < chunk.length; i++) sum = (sum + (chunk[i] as number)) & 0xff;
  return sum;
}

function codecOnly(chunks: readonly Uint8Array[]): number {
  const parser = createR2000Parser();
  let tags = 0;
  for (const chunk of chunks) {
    for (const piece of parser.push(chunk, 0)) {
      if (piece.kind === "frame" && decodeReply(piece.frame).kind === "tag") tags++;
    }
  }
  return tags;
}

interface DriverLine {
  push(bytes: Uint8Array): void;
  readonly sightings: number;
  close(): Promise<void>;
}

/** The driver on a link that hands over bytes in memory, as a serial port does. */
async function driverLine(): Promise<DriverLine> {
  const clock = systemClock();
  let receive: (bytes: Uint8Array) => void = () => {};
  let isOpen = false;
  const wire: ByteLink = {
    name: "bench",
    get isOpen() {
      return isOpen;
    },
    open: async () => {
      isOpen = true;
    },
    close: async () => {
      isOpen = false;
    },
    write: async () => {},
    onBytes: (listener) => {
      receive = listener;
    },
    onDown: () => {},
  };
  const link = keepLinkUp(wire, clock, seededChance("line"));
  const bus = createBus<R2000Frame>({ id: "bench", link, clock, parser: createR2000Parser(), gapMs: 1, silenceMs });
  const settings = { readerId: "rd-1", address: 1, antennaCount: 4, powerDbm: null, isShared: false };
  const reader = r2000Reader({ ...settings, bus, clock, onHealth: () => {} });
  let sightings = 0;
  reader.onSighting(() => {
    sightings++;
  });
  link.start();
  await new Promise((resolve) => setImmediate(resolve));
  return {
    push: (bytes) => receive(bytes),
    get sightings() {
      return sightings;
    },
    async close() {
      reader.close();
      await link.stop();
    },
  };
}

/** Of CPU: what others do on the machine meanwhile does not count. */
function seconds(work: () => number, wanted: number): number {
  const before = process.cpuUsage();
  const seen = work();
  const { user, system } = process.cpuUsage(before);
  const took = (user + system) / 1e6;
  // A machine that stalls for 100 ms inside a frame makes the driver give that frame up.
  if (seen < wanted * 0.99) throw new Error(`only ${seen} of ${wanted} tags came through`);
  return took;
}

export async function measureBytes({ isQuick }: BenchOptions): Promise<Measure[]> {
  const bytes = wireBytes(isQuick ? 500_000 : 4_000_000);
  const chunks = chunksOf(bytes, chunkBytes);
  const tags = codecOnly(chunks);
  const line = await driverLine();
  const withDriver = () => {
    const before = line.sightings;
    for (const chunk of chunks) line.push(chunk);
    return line.sightings - before;
  };
  for (let i = 0; i < 3; i++) withDriver();
  const took = await inTurn(isQuick ? 3 : 15, {
    sum: () => seconds(() => bareSum(chunks) + tags, tags),
    codec: () => seconds(() => codecOnly(chunks), tags),
    driver: () => seconds(withDriver, tags),
  });
  await line.close();
  const speed = (times: readonly number[]) => bytes.length / 1e6 / median(times);
  const ratio = (times: readonly number[]) => median(took.sum) / median(times);
  const ratioTo = "summing the bytes";
  const goal = { of: "value", atLeast: 50 } as const;
  return [
    measured({
      name: "R2000 codec",
      value: speed(took.codec),
      unit: "MB/s",
      ratioTo,
      ratio: ratio(took.codec),
      goal,
    }),
    measured({
      name: "R2000 codec, bus, driver",
      value: speed(took.driver),
      unit: "MB/s",
      ratioTo,
      ratio: ratio(took.driver),
      goal,
    }),
    await cpuOfLines(bytes, isQuick ? 2 : 10),
  ];
}

/** All lines at full speed for a while of wire time, in the small chunks that a real port brings; CPU of this process only. */
async function cpuOfLines(bytes: Uint8Array, wireSeconds: number): Promise<Measure> {
  const opened = await Promise.all(Array.from({ length: lines }, driverLine));
  const chunks = chunksOf(bytes, lineChunkBytes);
  const perLine = Math.round((lineBytesPerSecond * wireSeconds) / lineChunkBytes);
  for (let i = 0; i < 200; i++) for (const line of opened) line.push(chunks[i % chunks.length] as Uint8Array);
  const before = process.cpuUsage();
  for (let i = 0; i < perLine; i++) for (const line of opened) line.push(chunks[i % chunks.length] as Uint8Array);
  const { user, system } = process.cpuUsage(before);
  await Promise.all(opened.map((line) => line.close()));
  return measured({
    name: `R2000 ${lines} lines at 115 200, codec and driver`,
    value: (100 * (user + system)) / (wireSeconds * 1e6),
    unit: "% of a core",
    goal: { of: "value", atMost: 5 },
    note: "without the links' own cost",
  });
}
