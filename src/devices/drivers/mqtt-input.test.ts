/**
 * A board of contacts on MQTT, message by message: one that is late, retained, lost, repeated or has a wrong time presses no key.
 */
import { describe, expect, test } from "vitest";
import { virtualClock } from "../../clock/virtual-clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { LinkState } from "../links/link-state.ts";
import type { MqttLink, MqttMessage } from "../mqtt-link.ts";
import { mqttInput } from "./mqtt-input.ts";

function board() {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  let hear: (message: MqttMessage) => void = () => {};
  let toLink: (state: LinkState) => void = () => {};
  const link: MqttLink = {
    state: { up: true, reason: null, sinceMonoMs: 0 },
    publish: async () => {},
    subscribe(topic, listener) {
      expect(topic).toBe("archive/v1/demo/r1/input/board-1/state");
      hear = listener;
    },
    onState(listener) {
      toLink = listener;
    },
    start() {},
    stop: () => Promise.resolve(),
  };
  const room = { site: "demo", room: "r1", link, clock, bootId: 1, nextSeq: 0 };
  const channels = [{ no: 3, normally: "open", debounceMs: 50, stuckAfterS: 10 } as const];
  const driver = mqttInput({ deviceId: "board-1", room, channels, clock, onHealth: () => {} });
  const presses: number[] = [];
  const pressedAtMs: number[] = [];
  driver.onPress((press) => {
    presses.push(press.channel);
    pressedAtMs.push(press.pressedAtMs);
  });
  /** The reported presence of people, with the moment that each reading is for. */
  const readings: [boolean | null | undefined, number][] = [];
  driver.onReading(({ atMs, isActive }) => readings.push([isActive.get(3), atMs]));
  let seq = 0;
  const raw = (payload: unknown, isRetained = false) =>
    hear({
      topic: "",
      payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
      isRetained,
    });
  return {
    clock,
    driver,
    presses,
    pressedAtMs,
    readings,
    raw,
    /** After `afterMs` the board reports the contact; `more` overrides fields of the envelope. */
    say(closed: boolean, afterMs = 400, more: object = {}, isRetained = false) {
      clock.advance(afterMs);
      const sentAt = new Date(clock.nowMs()).toISOString();
      raw({ state: "online", bootId: 1, seq: ++seq, sentAt, channels: [{ channel: 3, closed }], ...more }, isRetained);
    },
    skip: () => void seq++,
    link: (up: boolean) =>
      toLink({ up, reason: up ? null : new Refusal("broker-offline", { address: "x", detail: "y" }), sinceMonoMs: 0 }),
  };
}

describe("a board of contacts on MQTT", () => {
  test("is unknown until it speaks; a press counts once, when it is let go", () => {
    const { driver, presses, say } = board();
    expect([driver.stateOf(3), driver.health().code]).toEqual([null, "device-starting"]);
    say(false);
    say(false);
    expect([driver.stateOf(3), driver.health().state]).toEqual([false, "up"]);
    say(true);
    say(true);
    expect([driver.stateOf(3), presses]).toEqual([true, []]);
    say(false);
    say(false);
    say(false);
    expect([driver.stateOf(3), presses]).toEqual([false, [3]]);
  });

  test.each([
    ["right", 0],
    ["three seconds ahead", 3_000],
  ])(
    "a press that was on its way for three seconds was made when the key was turned (board's clock %s)",
    (_, aheadMs) => {
      const { clock, presses, pressedAtMs, say } = board();
      const sent = (agoMs: number) => ({ sentAt: new Date(clock.nowMs() + 400 + aheadMs - agoMs).toISOString() });
      say(false, 400, sent(0));
      say(false, 400, sent(0));
      const turnedAtMs = clock.monoMs() + 400;
      // The key is turned and released now; the network delivers nothing until three seconds later.
      clock.advance(2_600);
      say(true, 400, sent(3_000));
      say(true, 400, sent(3_000));
      say(false, 400, sent(3_000));
      say(false, 400, sent(3_000));
      say(false, 400, sent(3_000));
      expect(presses).toEqual([3]);
      // A press does not answer what came after the key was turned, such as a STOP.
      expect(pressedAtMs[0]).toBeLessThanOrEqual(turnedAtMs);
    },
  );

  test("what the broker had kept is nobody's press and no state", () => {
    const { driver, presses, say } = board();
    say(false, 400, {}, true);
    say(true, 400, {}, true);
    say(false, 400, {}, true);
    say(false, 400, {}, true);
    expect([driver.stateOf(3), presses, driver.health().state]).toEqual([null, [], "down"]);
  });

  type Board = ReturnType<typeof board>;
  const between: [string, (b: Board) => unknown][] = [
    ["a lost message", (b) => [b.skip(), b.say(true)]],
    ["more than three seconds of silence", (b) => b.clock.advance(3200)],
    ["its last will", (b) => b.raw({ state: "offline" })],
    ["a restart of the board", (b) => b.say(true, 400, { bootId: 2 })],
    ["an older message", (b) => b.say(true, 400, { seq: 1 })],
    ["a lost broker", (b) => b.link(false)],
    ["nonsense", (b) => b.raw("{")],
    ["a message without that contact", (b) => b.say(true, 400, { channels: [{ channel: 4, closed: true }] })],
    ["a clock six seconds off", (b) => b.say(true, 400, { sentAt: new Date(b.clock.nowMs() - 6000).toISOString() })],
    [
      "a clock set in the gateway",
      (b) => [b.clock.setWallBy(60_000), b.say(true, 400, { sentAt: "2026-01-01T00:00:04Z" })],
    ],
  ];
  test.each(between)("a press with %s in it is no press", (_, happens) => {
    const b = board();
    b.say(false);
    b.say(false);
    b.say(true);
    happens(b);
    expect(b.driver.stateOf(3)).toBeNull();
    b.say(true);
    b.say(false);
    b.say(false);
    b.say(false);
    expect(b.presses).toEqual([]);
    b.say(true);
    b.say(true);
    b.say(false);
    b.say(false);
    expect(b.presses).toEqual([3]);
  });

  test("the same message twice (QoS 1) changes nothing", () => {
    const { presses, say, clock, raw } = board();
    say(false);
    say(false);
    say(true);
    const again = { seq: 3, bootId: 1, state: "online", channels: [{ channel: 3, closed: true }] };
    raw({ ...again, sentAt: new Date(clock.nowMs()).toISOString() });
    say(false);
    say(false);
    expect(presses).toEqual([3]);
  });

  test("a press that was stored somewhere and comes in one burst is none", () => {
    const { presses, say } = board();
    say(false);
    say(false);
    for (const closed of [true, true, true, false, false]) say(closed, 1);
    say(false);
    expect(presses).toEqual([]);
  });

  test("a wrong clock is named with its distance, and only until it is right", () => {
    const { driver, clock, say } = board();
    say(false, 400, { sentAt: new Date(clock.nowMs() - 7_200_000).toISOString() });
    expect(driver.health()).toMatchObject({ state: "degraded", code: "device-clock-off", params: { offS: 7200 } });
    expect(driver.stateOf(3)).toBeNull();
    say(false);
    say(false);
    expect([driver.stateOf(3), driver.health().state]).toEqual([false, "up"]);
  });

  test("silence is unknown and down, by itself", () => {
    const { driver, clock, say } = board();
    say(false);
    say(false);
    clock.advance(2900);
    expect(driver.stateOf(3)).toBe(false);
    clock.advance(200);
    expect([driver.stateOf(3), driver.health().state]).toEqual([null, "down"]);
  });
});

test("a reading of people is as old as its stamp, somebody at once, and unknown after a lost message", () => {
  const { clock, readings, say, skip } = board();
  say(false);
  say(false);
  say(false);
  expect(readings.at(-1)).toEqual([false, clock.monoMs()]);
  say(true);
  expect(readings.at(-1)).toEqual([true, clock.monoMs()]);
  say(false);
  // While the contact has not settled.
  expect(readings.at(-1)?.[0]).toBe(true);
  say(false);
  expect(readings.at(-1)?.[0]).toBe(false);
  say(false, 400, { sentAt: new Date(clock.nowMs() + 400 - 1_200).toISOString() });
  expect(clock.monoMs() - (readings.at(-1)?.[1] ?? 0)).toBeGreaterThanOrEqual(400);
  skip();
  const before = readings.length;
  say(false);
  expect(readings.slice(before).map(([isActive]) => isActive)).toContain(null);
});
