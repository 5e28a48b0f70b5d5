import { describe, expect, it } from "vitest";
import { payloads, readPayload } from "../../../firmware-protocols/archive-mqtt/index.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import type { ShelfStatus } from "../../contract/shelf.ts";
import type { MqttLink } from "../mqtt-link.ts";
import { mqttShelf } from "./mqtt-shelf.ts";

/** A clock that advances by a millisecond between any two readings, as on a busy machine. */
function bench() {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  let looks = 0;
  const ticking = { ...clock, nowMs: () => clock.nowMs() + looks++ };
  const said = new Map<string, string>();
  const asked: { ask: { bootId: number; seq: number }; atMs: number }[] = [];
  const proofs: (number | null)[] = [];
  const stops: string[] = [];
  const heard = new Map<string, Parameters<MqttLink["subscribe"]>[1]>();
  const link: MqttLink = {
    state: { up: true, reason: null, sinceMonoMs: 0 },
    async publish(topic, payload) {
      said.set(topic.replace(/^.*\/r1\//, ""), payload);
      if (topic.endsWith("/stop")) stops.push(payload);
      if (topic.endsWith("/shelf/shelf-2/ask")) asked.push({ ask: JSON.parse(payload), atMs: clock.monoMs() });
    },
    subscribe(topic, listener) {
      heard.set(topic.replace(/^.*\/r1\//, ""), listener);
    },
    onState() {},
    start() {},
    stop: () => Promise.resolve(),
  };
  const room = { site: "demo", room: "r1", link, clock: ticking, bootId: 1, nextSeq: 0 };
  const shelf = mqttShelf({ deviceId: "shelf-2", room, clock: ticking, onHealth: () => {} });
  const seen: ShelfStatus[] = [];
  shelf.onStatus((status, _, madeAfterMs) => {
    seen.push(status);
    proofs.push(madeAfterMs);
  });
  let seq = 0;
  /** The controller's state, timed by its own clock. */
  function state(sentAtMs: number, change: Record<string, unknown> = {}) {
    const [, example] = payloads["shelf-state"].examples as [unknown, Record<string, unknown>];
    const body = { ...example, seq: ++seq, sentAt: new Date(sentAtMs).toISOString(), ...change };
    const payload = new TextEncoder().encode(JSON.stringify(body));
    heard.get("shelf/shelf-2/state")?.({ topic: "", payload, isRetained: false } as never);
  }
  return { shelf, said, seen, state, clock, asked, proofs, stops };
}

describe("a shelf controller on MQTT", () => {
  it("never sends a command that lives longer than a controller takes it, whenever the millisecond turns", async () => {
    const { shelf, said } = bench();
    for (let i = 0; i < 20; i++) {
      void shelf.send({ wireId: 11 + i, verb: "open", aisle: 2, epoch: 1, ttlMs: 2000, expectedOpenAisle: 0 });
      const read = readPayload("shelf-cmd", Buffer.from(said.get("shelf/shelf-2/cmd") ?? ""));
      expect(read).toMatchObject({ ok: true, value: { wireId: 11 + i } });
    }
  });

  it("sends a light its own two moments the same way", async () => {
    const { shelf, said } = bench();
    void shelf.light(null);
    await Promise.resolve();
    const { sentAt, expiresAt } = JSON.parse(said.get("light/shelf-2/cmd") ?? "{}");
    expect(Date.parse(expiresAt) - Date.parse(sentAt)).toBe(2000);
  });

  it("hands on number and boot of each state, so that an old one is known", () => {
    const { state, seen, clock } = bench();
    state(clock.nowMs());
    state(clock.nowMs(), { seq: 7, bootId: 9 });
    expect(seen.map(({ seq, bootId }) => [seq, bootId])).toEqual([
      [1, 4660],
      [7, 9],
    ]);
  });

  it.each([
    ["ahead by a minute", 61_000, 61],
    ["behind by a day", -86_400_000, -86_400],
  ])("a controller whose clock is %s works on, and is named with the difference", (_, skewMs, skewS) => {
    const { state, seen, shelf, clock } = bench();
    state(clock.nowMs());
    expect(shelf.health()).toMatchObject({ state: "up" });
    for (let i = 0; i < 9; i++) state(clock.nowMs() + skewMs);
    expect(shelf.health()).toMatchObject({ state: "degraded", code: "device-clock-wrong" });
    expect(Math.round(Number(shelf.health().params?.skewS))).toBe(skewS);
    expect(Math.abs((seen.at(-1)?.clockSkewMs ?? 0) - skewMs)).toBeLessThan(200);
    for (let i = 0; i < 9; i++) state(clock.nowMs());
    expect(shelf.health()).toMatchObject({ state: "up", code: null });
  });

  it("one without a time server, which says 1970, is heard all the same", () => {
    const { state, seen, shelf } = bench();
    for (let i = 0; i < 9; i++) state(12_345);
    expect(seen).toHaveLength(9);
    expect(shelf.health()).toMatchObject({ state: "degraded", code: "device-clock-wrong" });
  });

  it("asks four times a second on a topic of its own, and hands on the moment of what a state carries back", async () => {
    const { asked, proofs, state, clock, shelf } = bench();
    for (let i = 0; i < 20; i++) clock.advance(250);
    expect(asked.length).toBeGreaterThanOrEqual(20);
    expect(asked.length).toBeLessThanOrEqual(22);
    const [question] = asked.slice(-3);
    expect(readPayload("shelf-ask", Buffer.from(JSON.stringify(question?.ask)))).toMatchObject({ ok: true });
    state(clock.nowMs(), { heardAsk: question?.ask });
    state(clock.nowMs(), { heardAsk: { ...question?.ask, bootId: 99 } });
    const [proven, another] = proofs;
    expect(Math.abs((proven ?? 0) - (question?.atMs ?? 0))).toBeLessThan(5);
    expect(another).toBeNull();
    shelf.close();
    const before = asked.length;
    clock.advance(5_000);
    expect(asked).toHaveLength(before);
  });

  it("says what is not known of a firmware that cannot, and that one hears no question", () => {
    const { state, shelf, clock } = bench();
    state(clock.nowMs(), { heardAsk: undefined });
    expect(shelf.health()).toMatchObject({ state: "degraded", code: "device-cannot-echo" });
    for (let i = 0; i < 10; i++) {
      clock.advance(400);
      state(clock.nowMs(), { bootId: 9, heardAsk: null });
    }
    expect(shelf.health()).toMatchObject({ state: "degraded", code: "device-hears-no-question" });
  });

  it("a message that was long on its way makes no clock wrong", () => {
    const { state, shelf, clock } = bench();
    state(clock.nowMs());
    state(clock.nowMs() - 2_500);
    expect(shelf.health()).toMatchObject({ state: "up" });
  });

  it.each([true, false])("a thousand presses of STOP are few messages (controller there: %s)", async (isThere) => {
    const { state, shelf, clock, said, stops } = bench();
    if (isThere) state(clock.nowMs());
    const pressed = Array.from({ length: 1_000 }, () => shelf.stop().catch(() => {}));
    expect(stops).toHaveLength(1);
    for (let i = 0; i < 3_200; i++) {
      clock.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(pressed);
    shelf.close();
    expect(said.has("shelf/shelf-2/stop")).toBe(true);
    expect(stops.length).toBeLessThan(isThere ? 3 : 100);
    // Each STOP has its own id in the controller's log.
    expect(new Set(stops).size).toBe(stops.length);
  });
});
