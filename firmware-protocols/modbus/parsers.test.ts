import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../framing/hex.ts";
import type { Parsed, StreamParser } from "../framing/stream-parser.ts";
import {
  createMbapParser,
  createRtuFixedParser,
  createRtuRequestParser,
  createRtuResponseParser,
  encodeMbap,
  encodeRtu,
  type ModbusAdu,
  rtuSilenceMs,
} from "./index.ts";
import file from "./vectors.json" with { type: "json" };

const framesOf = (mode: string, directions: string[]) =>
  file.vectors
    .filter((vector) => vector.valid && vector.mode === mode && directions.includes(vector.direction))
    .map(({ hex }) => fromHex(hex) as Uint8Array);

const lines: { name: string; create: () => StreamParser<ModbusAdu>; frames: Uint8Array[]; hasCheck: boolean }[] = [
  {
    name: "RTU requests",
    create: () => createRtuRequestParser(),
    frames: framesOf("rtu", ["request", "both"]),
    hasCheck: true,
  },
  {
    name: "RTU responses",
    create: () => createRtuResponseParser(),
    frames: framesOf("rtu", ["response", "both"]),
    hasCheck: true,
  },
  { name: "MBAP", create: () => createMbapParser(), frames: framesOf("tcp", ["request", "response"]), hasCheck: false },
];

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Feeds chunks of the given sizes (repeated in a cycle), then falls silent. */
function feed(parser: StreamParser<ModbusAdu>, bytes: Uint8Array, sizes: readonly number[]): Parsed<ModbusAdu>[] {
  const found: Parsed<ModbusAdu>[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    found.push(...parser.push(bytes.slice(at, at + size), 0));
    at += size;
  }
  found.push(...parser.flush());
  return found;
}

const kept = (pieces: readonly Parsed<ModbusAdu>[]) =>
  pieces.flatMap((piece) => (piece.kind === "frame" ? [piece.frame] : []));
const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

describe.each(lines)("$name", ({ create, frames }) => {
  const stream = fc.array(fc.constantFrom(...frames), { minLength: 1, maxLength: 12 });

  test("come out whole however they are cut", () => {
    fc.assert(
      fc.property(stream, chunkSizes, (sent, sizes) => {
        const pieces = feed(create(), join(sent), sizes);
        expect(pieces.map(({ kind }) => kind)).toEqual(sent.map(() => "frame"));
        expect(pieces.map(({ bytes }) => [...bytes])).toEqual(sent.map((bytes) => [...bytes]));
      }),
    );
  });

  test("every byte is a frame's, noise or pending, and cutting changes nothing", () => {
    const junk = fc.uint8Array({ maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(junk, fc.constantFrom(...frames)), { maxLength: 10 }),
        chunkSizes,
        (parts, sizes) => {
          const bytes = join(parts);
          const pieces = feed(create(), bytes, sizes);
          expect([...join(pieces.map((piece) => piece.bytes))]).toEqual([...bytes]);
          expect(kept(pieces)).toEqual(kept(feed(create(), bytes, [bytes.length + 1])));
        },
      ),
    );
  });
});

test.each(lines.filter(({ hasCheck }) => hasCheck))(
  "one damaged byte costs one frame of $name",
  ({ create, frames }) => {
    const stream = fc.array(fc.constantFrom(...frames), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(stream, fc.nat(), fc.integer({ min: 1, max: 255 }), chunkSizes, (sent, place, flip, sizes) => {
        const bytes = join(sent);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] as number) ^ flip;
        expect(kept(feed(create(), bytes, sizes)).length).toBeGreaterThanOrEqual(sent.length - 1);
      }),
      { numRuns: 1000 },
    );
  },
);

describe("silence", () => {
  const request = encodeRtu(1, Uint8Array.of(3, 0, 0, 0, 2));

  test("is 3.5 characters, and 1.75 ms from 19 200 baud up", () => {
    expect(rtuSilenceMs(9600)).toBeCloseTo(4.01, 2);
    expect(rtuSilenceMs(19_200)).toBe(1.75);
    expect(rtuSilenceMs(115_200)).toBe(1.75);
  });

  test("ends half a frame, so that the next one is heard", () => {
    const parser = createRtuRequestParser(rtuSilenceMs(9600));
    expect(parser.push(request.slice(0, 5), 100)).toEqual([]);
    expect(parser.push(request, 105).map(({ kind }) => kind)).toEqual(["noise", "frame"]);
    expect(parser.pendingBytes).toBe(0);
  });

  test("ends the frame of a function that nobody knows, which must be answered with exception 1", () => {
    const parser = createRtuRequestParser();
    expect(parser.push(encodeRtu(1, Uint8Array.of(0x65, 1, 2, 3)), 0)).toEqual([]);
    expect(kept(parser.flush())).toEqual([{ transactionId: null, unit: 1, pdu: Uint8Array.of(0x65, 1, 2, 3) }]);
  });

  test("never holds back more than one frame", () => {
    const parser = createRtuRequestParser();
    for (let i = 0; i < 2000; i++) parser.push(Uint8Array.of(0x65), 0);
    expect(parser.pendingBytes).toBeLessThanOrEqual(256);
  });
});

test("a lamp that only looks like Modbus is heard by its length", () => {
  const lamp = fromHex("0110001A000101CE18") as Uint8Array;
  expect(kept(createRtuResponseParser().push(lamp, 0))).toEqual([]);
  expect(kept(createRtuFixedParser(9).push(lamp, 0))).toEqual([
    { transactionId: null, unit: 1, pdu: Uint8Array.of(0x10, 0, 0x1a, 0, 1, 1) },
  ]);
  expect([...encodeRtu(1, Uint8Array.of(0x10, 0, 0x1a, 0, 1, 1))]).toEqual([...lamp]);
});

test("what does not fit a frame is the caller's fault", () => {
  expect(() => encodeRtu(256, Uint8Array.of(3))).toThrow(RangeError);
  expect(() => encodeRtu(1, new Uint8Array(254))).toThrow(RangeError);
  expect(() => encodeMbap(65_536, 1, Uint8Array.of(3))).toThrow(RangeError);
  expect(() => encodeMbap(1, 1, new Uint8Array(0))).toThrow(RangeError);
});
