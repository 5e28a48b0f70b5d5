import { describe, expect, it } from "vitest";
import { encodeRequest } from "../../firmware-protocols/r2000/decode.ts";
import { createR2000Parser } from "../../firmware-protocols/r2000/frame.ts";
import { seededChance } from "../../src/clock/chance.ts";
import { virtualClock } from "../../src/clock/virtual-clock.ts";
import { testTwin } from "../test-twin.ts";
import { bytesMs, type LineFaults, type LineNode, openLine } from "./line.ts";
import { wirePair } from "./memory.ts";

/** A node that answers every chunk with `answer`. */
function bench(answer: Uint8Array, baud = 115_200, hostBaud: () => number | null = () => null) {
  const clock = virtualClock();
  const [host, wire] = wirePair();
  const faults: LineFaults = { lossChance: 0, noiseChance: 0 };
  const node: LineNode = { id: "n", baud: () => baud, connect: (say) => ({ hear: () => say(answer) }) };
  const line = openLine({ clock, chance: seededChance(1), wire, nodes: [node], faults, hostBaud });
  const heard: { bytes: Uint8Array; atMs: number }[] = [];
  host.onBytes((bytes) => heard.push({ bytes, atMs: clock.nowMs() }));
  return { clock, host, heard, faults, line };
}

describe("a line with speed", () => {
  it("takes 1.82 ms for a 21-byte tag frame at 115 200 baud, one way and after the request", () => {
    expect(bytesMs(21, 115_200)).toBeCloseTo(1.82, 2);
    const b = bench(new Uint8Array(21));
    b.host.write(new Uint8Array(5));
    b.clock.advance(100);
    expect(b.heard[0]?.atMs).toBeCloseTo(bytesMs(26, 115_200), 5);
  });

  it("never carries more than 11 520 bytes a second", () => {
    const b = bench(new Uint8Array(1000));
    for (let i = 0; i < 100; i++) b.host.write(new Uint8Array(1));
    b.clock.advance(1000);
    const bytes = b.heard.reduce((sum, part) => sum + part.bytes.length, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(11_520);
  });

  it("is silent at the wrong speed and speaks again at the right one", () => {
    let speed = 9600;
    const b = bench(new Uint8Array(4), 19_200, () => speed);
    b.host.write(new Uint8Array(8));
    b.clock.advance(1000);
    expect(b.heard).toHaveLength(0);
    speed = 19_200;
    b.host.write(new Uint8Array(8));
    b.clock.advance(1000);
    expect(b.heard).toHaveLength(1);
  });

  it("loses and damages bytes when told to", () => {
    const b = bench(new Uint8Array(1000).fill(0x55));
    b.faults.lossChance = 0.1;
    b.host.write(new Uint8Array(10));
    b.clock.advance(1000);
    expect(b.heard[0]?.bytes.length).toBeLessThan(950);
    expect(b.heard[0]?.bytes.length).toBeGreaterThan(850);
    b.faults.lossChance = 0;
    b.faults.noiseChance = 0.5;
    b.host.write(new Uint8Array(10));
    b.clock.advance(1000);
    const noisy = b.heard[1]?.bytes.filter((byte) => byte !== 0x55).length ?? 0;
    expect(noisy).toBeGreaterThan(400);
  });

  it("says nothing after it was pulled", () => {
    const b = bench(new Uint8Array(4));
    b.host.write(new Uint8Array(8));
    b.line.close();
    b.clock.advance(1000);
    b.host.write(new Uint8Array(8));
    b.clock.advance(1000);
    expect(b.heard).toHaveLength(0);
  });

  it("garbles the answers of five readers that all obey the public address", () => {
    const { host, twin } = testTwin();
    const pair = host("pair-1");
    const bytes = pair.ask(encodeRequest(0xff, { kind: "get-firmware-version" }));
    const frames = createR2000Parser()
      .push(bytes, 0)
      .filter((piece) => piece.kind === "frame");
    expect(bytes.length).toBeGreaterThan(20);
    expect(frames.length).toBeLessThan(5);
    expect(twin.baudOf("pair-1")).toBe(115_200);
    expect(twin.baudOf("tcp-env-2")).toBeNull();
  });
});
