import { expect, it } from "vitest";
import { encodeRequestPdu, type WriteRequest } from "../../firmware-protocols/modbus/index.ts";
import {
  encodeBeat,
  encodeCommand,
  encodeStop,
  room1,
  type WireStep,
} from "../../firmware-protocols/register-maps/index.ts";
import { watchWire } from "./hold-wire.ts";

const pduOf = (steps: readonly WireStep[] | null) => {
  const [first] = steps ?? [];
  if (first?.kind !== "write") throw new Error("no write");
  return encodeRequestPdu(first.request);
};
const open = pduOf(
  encodeCommand(room1, { verb: "open", aisle: 3, wireId: 1, epoch: 1, ttlMs: 2000, expectedOpenAisle: 0 }, 7),
);
const beat = (count: number) => encodeRequestPdu(encodeBeat(room1, count) as WriteRequest);
const stop = pduOf(encodeStop(room1));

it("tells the longest silence of a motion above the beat's period, the one before its end included", () => {
  let isMoving = true;
  const wire = watchWire(() => isMoving);
  wire.heard(open, 1_000);
  wire.heard(beat(1), 1_101);
  wire.heard(beat(2), 1_371);
  expect(wire.take()).toEqual({ holdMs: 170, watchedMs: 371, beats: 2, stops: 0 });
  wire.heard(beat(3), 1_471);
  isMoving = false;
  wire.motionEnded(1_900);
  expect(wire.take()).toEqual({ holdMs: 329, watchedMs: 529, beats: 1, stops: 0 });
});

it("asks for no beat where nothing moves: before a motion, after it, and when the command was refused", () => {
  const wire = watchWire(() => false);
  wire.heard(beat(1), 0);
  wire.heard(beat(2), 9_000);
  wire.heard(open, 10_000);
  wire.heard(beat(3), 19_000);
  wire.motionEnded(20_000);
  expect(wire.take()).toEqual({ holdMs: 0, watchedMs: 0, beats: 0, stops: 0 });
});

it("tells each STOP once, to who waits for the next", () => {
  const wire = watchWire(() => true);
  const heard: number[] = [];
  wire.onStop((atMs) => heard.push(atMs));
  wire.heard(stop, 5);
  wire.heard(stop, 6);
  expect(heard).toEqual([5]);
  expect([wire.lastStopAtMs(), wire.take().stops]).toEqual([6, 2]);
});
