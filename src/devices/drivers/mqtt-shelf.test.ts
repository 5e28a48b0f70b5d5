import { describe, expect, it } from "vitest";
import { readPayload } from "../../../firmware-protocols/archive-mqtt/index.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import type { MqttLink } from "../mqtt-link.ts";
import { mqttShelf } from "./mqtt-shelf.ts";

/** A clock on which a millisecond passes between any two looks, as on a busy machine. */
function bench() {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  let looks = 0;
  const ticking = { ...clock, nowMs: () => clock.nowMs() + looks++ };
  const said = new Map<string, string>();
  const link: MqttLink = {
    state: { up: true, reason: null, sinceMonoMs: 0 },
    publish: async (topic, payload) => void said.set(topic.replace(/^.*\/r1\//, ""), payload),
    subscribe() {},
    onState() {},
    start() {},
    stop: () => Promise.resolve(),
  };
  const room = { site: "demo", room: "r1", link, clock: ticking, bootId: 1, nextSeq: 0 };
  return { shelf: mqttShelf({ deviceId: "shelf-2", room, clock: ticking, onHealth: () => {} }), said };
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
});
