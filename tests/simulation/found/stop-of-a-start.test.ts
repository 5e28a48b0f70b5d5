/**
 * The in-memory form of motion must behave like the process form: seed 51, with held and killed sides, lost the STOP of a start.
 */
import { expect, it } from "vitest";
import { virtualClock } from "../../../src/clock/virtual-clock.ts";
import type { ShelfPort } from "../../../src/contract/ports.ts";
import { localMotion } from "../../../src/motion/local-motion.ts";
import type { AreaStart, FromMotion } from "../../../src/motion/messages.ts";
import { smallSpec } from "../../../src/shelving/exploring/alphabet.ts";

const beatless: ShelfPort = {
  deviceId: "shelf-1",
  cannotKeep: ["S14"],
  onStatus() {},
  onLink() {},
  send: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  heartbeat() {},
  light: () => Promise.resolve(null),
};
const start: AreaStart = {
  areaKey: "r1.1",
  spec: smallSpec,
  epoch: 2,
  wireId: 0,
  inhibited: false,
  locks: [],
  isHeldForLocks: false,
  roomAlarm: null,
  needsReset: false,
  stopsFirst: true,
};

it("keeps what a start decides for whoever listens afterwards: after a death the first STOP is a fact as well", async () => {
  const heard: FromMotion[] = [];
  const motion = localMotion({
    clock: virtualClock(),
    shelves: new Map([["r1.1", beatless]]),
    onFailure() {},
    nextLogId: () => "log-1",
  });
  const end = await motion.start([start]);
  await Promise.resolve();
  end.onMessage((message) => heard.push(message));
  const facts = heard.flatMap((message) => (message.kind === "facts" ? message.facts : []));
  expect(facts.map(({ body }) => body)).toContainEqual(expect.objectContaining({ kind: "decision", decision: "stop" }));
});
