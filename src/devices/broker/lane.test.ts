import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createLane } from "./lane.ts";
import type { Waiting } from "./lane-drops.ts";
import { frameReader, readBatch } from "./listener-frames.ts";

let frames: Buffer[];
let dropped: string[];
const lane = (windowBytes: number, waitingBytesMax: number) =>
  createLane({
    kind: 11,
    windowBytes,
    waitingBytesMax,
    send: (frame) => frames.push(frame),
    onDropped: ({ client }) => dropped.push(client),
  });
const message = (text: string, more: Partial<Waiting> = {}): Waiting => ({
  subscription: 1,
  isRetained: false,
  atMonoMs: 0,
  payload: Buffer.from(text),
  client: "rd-1",
  isState: false,
  isAlarm: false,
  ...more,
});
const heard = () => {
  const texts: string[] = [];
  const read = frameReader((_, body) => readBatch(body, ({ payload }) => void texts.push(payload.toString())));
  for (const frame of frames) read(frame);
  return texts;
};

beforeEach(() => {
  frames = [];
  dropped = [];
});

describe("a lane to the gateway", () => {
  it("sends many messages as one frame, and no more than the window until they are taken", () => {
    const reads = lane(1_000, 1e6);
    for (let i = 0; i < 3_000; i++) reads.push(message(`${i}`.padStart(20, "0")));
    reads.flush();
    expect(frames).toHaveLength(1);
    const sentBytes = frames[0]?.length ?? 0;
    reads.flush();
    expect(frames).toHaveLength(1);
    reads.took(sentBytes);
    reads.flush();
    expect(frames).toHaveLength(2);
    expect(dropped).toEqual([]);
  });

  it("drops the oldest reads of a held gateway, counts them by client, and keeps its memory", () => {
    const reads = lane(0, 10_000);
    for (let i = 0; i < 10_000; i++) {
      reads.push(message(`${i}`, { client: i % 3 === 0 ? "rd-1" : "rd-2" }));
      expect(reads.waitingBytes).toBeLessThanOrEqual(10_000);
    }
    expect(dropped.filter((client) => client === "rd-1").length).toBeGreaterThan(3_000);
    expect(dropped.filter((client) => client === "rd-2").length).toBeGreaterThan(6_000);
  });

  it("keeps the newest state of every device and lets what is outdated go first", () => {
    const first = lane(1, 20_000);
    first.push(message("fire", { subscription: 99 }));
    first.flush();
    for (let i = 0; i < 1_000; i++)
      for (let device = 1; device <= 5; device++)
        first.push(message(`${device} at ${i}`, { subscription: device, isState: true }));
    expect(first.waitingBytes).toBeLessThanOrEqual(20_000);
    const all = drained(first);
    expect(all[0]).toBe("fire");
    for (let device = 1; device <= 5; device++)
      expect(all.filter((text) => text.startsWith(`${device} `)).at(-1)).toBe(`${device} at 999`);
    expect(all.length + dropped.length).toBe(5_001);
  });

  it("one client's flood drops none of another's, however long the other has waited", () => {
    const first = lane(1, 100_000);
    first.push(message("full"));
    first.flush();
    first.push(message("water", { client: "smoke-detector" }));
    for (let i = 0; i < 100; i++) first.push(message(`b${i}`, { client: "busy" }));
    for (let i = 0; i < 16_000; i++) first.push(message(`${i}`.padEnd(40), { client: "mad" }));
    expect(new Set(dropped)).toEqual(new Set(["mad"]));
    const all = drained(first);
    expect(all).toContain("water");
    expect(all.filter((text) => text.startsWith("b"))).toHaveLength(100);
    expect(all.at(-1)?.trim()).toBe("15999");
  });

  it("never reorders, loses without counting, or makes up", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant("flush"), fc.constant("took"), fc.nat(2_000)), { maxLength: 300 }),
        (steps) => {
          frames = [];
          dropped = [];
          const one = lane(4_000, 8_000);
          let pushed = 0;
          let taken = 0;
          for (const step of steps) {
            if (step === "flush") one.flush();
            else if (step === "took") {
              one.took(frames.slice(taken).reduce((sum, { length }) => sum + length, 0));
              taken = frames.length;
            } else one.push(message(`${pushed++}`.padEnd(Number(step))));
          }
          const numbers = drained(one).map(Number);
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          expect(new Set(numbers).size).toBe(numbers.length);
          expect(numbers.length + dropped.length).toBe(pushed);
        },
      ),
    );
  });
});

/** Takes everything that is left, as the gateway would. */
function drained(one: ReturnType<typeof lane>): string[] {
  for (let i = 0; i < 1_000 && one.waitingBytes > 0; i++) {
    one.took(1e9);
    one.flush();
  }
  return heard();
}
