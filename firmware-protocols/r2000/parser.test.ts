import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../framing/hex.ts";
import { type Parsed, silenceMs } from "../framing/stream-parser.ts";
import { decodeReply } from "./decode.ts";
import { buildFrame, createR2000Parser, frameBytesMax, type R2000Frame } from "./frame.ts";
import file from "./vectors.json" with { type: "json" };

const frames = file.vectors.filter(({ valid }) => valid).map(({ hex }) => fromHex(hex)!);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

/** Frames and noise as text, adjacent noise joined: the result must not depend on the chunking. */
function outline(parsed: readonly Parsed<R2000Frame>[]): string[] {
  const lines: string[] = [];
  for (const { kind, bytes } of parsed) {
    const last = lines.length - 1;
    if (kind === "noise" && lines[last]?.startsWith("noise")) lines[last] += toHex(bytes);
    else lines.push(`${kind} ${toHex(bytes)}`);
  }
  return lines;
}

function parseWhole(bytes: Uint8Array): Parsed<R2000Frame>[] {
  const parser = createR2000Parser();
  return [...parser.push(bytes, 0), ...parser.flush()];
}

/** Whether all frames except the damaged one come through, in order, when byte `at` is damaged. */
function keepsTheRest(sent: readonly Uint8Array[], at: number, damage: number): boolean {
  const stream = joined(sent);
  stream[at]! ^= damage;
  const found = parseWhole(stream).filter(({ kind }) => kind === "frame");
  let end = 0;
  let place = 0;
  for (const frame of sent) {
    end += frame.length;
    if (at < end && at >= end - frame.length) continue;
    const text = toHex(frame);
    while (place < found.length && toHex(found[place]!.bytes) !== text) place += 1;
    if (place === found.length) return false;
    place += 1;
  }
  return true;
}

/** Valid frames with noise in between, as on a line. */
const wire = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...frames) }, fc.uint8Array({ maxLength: 30 })), {
    maxLength: 12,
  })
  .map(joined);

describe("R2000 parser", () => {
  it("gives the same result whatever the chunking, and accounts for every byte", () => {
    fc.assert(
      fc.property(wire, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (bytes, sizes) => {
        const parser = createR2000Parser();
        const parsed: Parsed<R2000Frame>[] = [];
        let at = 0;
        for (const size of sizes) {
          if (at >= bytes.length) break;
          parsed.push(...parser.push(bytes.slice(at, at + size), 0));
          at += size;
          expect(parser.pendingBytes).toBeLessThanOrEqual(frameBytesMax);
        }
        parsed.push(...parser.flush());
        expect(outline(parsed)).toEqual(outline(parseWhole(bytes)));
        expect(toHex(joined(parsed.map((piece) => piece.bytes)))).toBe(toHex(bytes));
      }),
    );
  });

  it("loses only the frame a damaged byte is in: every byte of a stream, every value", { timeout: 60_000 }, () => {
    const sent = frames.slice(0, 10);
    const bytesSent = joined(sent).length;
    const losses: string[] = [];
    for (let at = 0; at < bytesSent; at += 1) {
      for (let damage = 1; damage < 256; damage += 1) {
        if (!keepsTheRest(sent, at, damage)) losses.push(`byte ${at} ^ ${damage}`);
      }
    }
    expect(losses).toEqual([]);
  });

  it("loses only the frame a damaged byte is in, of any stream", () => {
    const stream = fc.array(fc.constantFrom(...frames), { minLength: 1, maxLength: 10 });
    // One fixed seed: an 8-bit sum misses about one damage in a million, and a build must not fail by such chance.
    fc.assert(
      fc.property(stream, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, where, damage) => {
        expect(keepsTheRest(sent, where % joined(sent).length, damage)).toBe(true);
      }),
      { numRuns: 3_000, seed: 2_000 },
    );
  });

  it("recovers good frames a damaged length byte has pulled in, once the line is silent", () => {
    const parser = createR2000Parser();
    const tag = fromHex("A0130189043000E200301666130121155074EF45BF")!;
    const damaged = Uint8Array.from(tag);
    damaged[1] = 0xff;
    expect(parser.push(joined([damaged, tag]), 0)).toEqual([]);
    expect(parser.pendingBytes).toBe(42);
    expect(outline(parser.flush())).toEqual([`noise ${toHex(damaged)}`, `frame ${toHex(tag)}`]);
    expect(parser.pendingBytes).toBe(0);
  });

  it("gives up a half frame when the next bytes come after a silence", () => {
    const parser = createR2000Parser();
    parser.push(fromHex("A0130189")!, 0);
    const parsed = parser.push(fromHex("A00501720109DE")!, silenceMs);
    expect(outline(parsed)).toEqual(["noise A0130189", "frame A00501720109DE"]);
  });

  it("believes a frame of unknown shape only before another head or a silence", () => {
    const odd = buildFrame(1, 0x40, Uint8Array.of(1, 2, 3));
    const parser = createR2000Parser();
    expect(parser.push(odd, 0)).toEqual([]);
    expect(outline(parser.push(Uint8Array.of(0xa0), 0))).toEqual([`frame ${toHex(odd)}`]);
    expect(outline(parser.flush())).toEqual(["noise A0"]);
    expect(outline(parseWhole(odd))).toEqual([`frame ${toHex(odd)}`]);
    expect(outline(parseWhole(joined([odd, Uint8Array.of(0)])))).toEqual([`noise ${toHex(odd)}00`]);
  });

  it("answers unknown commands and impossible content as such", () => {
    expect(decodeReply({ address: 1, command: 0x40, payload: Uint8Array.of(9) })).toMatchObject({ kind: "unknown" });
    expect(decodeReply({ address: 1, command: 0x89, payload: new Uint8Array(20) })).toMatchObject({
      kind: "malformed",
    });
    expect(decodeReply({ address: 1, command: 0x7b, payload: Uint8Array.of(2, 5) })).toMatchObject({
      kind: "malformed",
    });
  });
});
