import fc from "fast-check";
import { expect, it } from "vitest";
import { virtualClock } from "../../clock/virtual-clock.ts";
import { paceStops, stopEveryMs } from "./pace-stops.ts";
import { stopTryMsMax } from "./persist-stop.ts";

const settle = () => new Promise((resolve) => setImmediate(resolve));

function wire(answer: (no: number) => Promise<void>) {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const sentAtMs: number[] = [];
  const stop = paceStops(clock, () => answer(sentAtMs.push(clock.monoMs())));
  async function pass(ms: number): Promise<void> {
    for (let i = 0; i < ms; i++) {
      clock.advance(1);
      await settle();
    }
  }
  return { clock, sentAtMs, stop, pass };
}
const away = () => Promise.reject(new Error("away"));

it("sends the first at once, and one more for a thousand that are pressed right after it", async () => {
  const { stop, sentAtMs, pass, clock } = wire(() => Promise.resolve());
  const first = stop();
  expect(sentAtMs).toEqual([clock.monoMs()]);
  const more = Array.from({ length: 1_000 }, stop);
  expect(sentAtMs).toHaveLength(1);
  await pass(stopEveryMs);
  expect(sentAtMs).toHaveLength(2);
  await Promise.all([first, ...more]);
  await pass(200);
  expect(sentAtMs).toHaveLength(2);
});

it("waits for no acknowledgement of the one before", async () => {
  const { stop, sentAtMs, pass } = wire((no) => (no === 1 ? new Promise(() => {}) : Promise.resolve()));
  void stop();
  await pass(100);
  const second = stop();
  expect(sentAtMs).toHaveLength(2);
  await second;
});

it("tries again until it was taken, and each press is told what became of it", async () => {
  let isAway = true;
  const { stop, sentAtMs, pass } = wire(() => (isAway ? away() : Promise.resolve()));
  const told: string[] = [];
  stop().then(
    () => told.push("first taken"),
    (error: Error) => told.push(`first ${error.message}`),
  );
  await pass(stopTryMsMax - 500);
  stop().then(
    () => told.push("second taken"),
    () => told.push("second failed"),
  );
  await pass(600);
  expect(told).toEqual(["first away"]);
  isAway = false;
  await pass(100);
  expect(told).toEqual(["first away", "second taken"]);
  expect(sentAtMs.length).toBeLessThan(stopTryMsMax / 30);
});

it("has a STOP on its way within a moment of every press, and never more than that many", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(30), fc.boolean()), { minLength: 1, maxLength: 60 }), async (presses) => {
      let isAway = false;
      const { clock, stop, sentAtMs, pass } = wire(() => (isAway ? away() : Promise.resolve()));
      const pressedAtMs: number[] = [];
      for (const [waitMs, nextIsAway] of presses) {
        await pass(waitMs);
        isAway = nextIsAway;
        pressedAtMs.push(clock.monoMs());
        stop().catch(() => {});
      }
      await pass(stopEveryMs);
      for (const atMs of pressedAtMs)
        expect(sentAtMs.some((sent) => sent >= atMs && sent <= atMs + stopEveryMs)).toBe(true);
      for (let i = 1; i < sentAtMs.length; i++)
        expect((sentAtMs[i] as number) - (sentAtMs[i - 1] as number)).toBeGreaterThanOrEqual(stopEveryMs);
    }),
    { numRuns: 30 },
  );
});
