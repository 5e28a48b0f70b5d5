import { describe, expect, it } from "vitest";
import { parseTopic, readPayload } from "../../firmware-protocols/archive-mqtt/index.ts";
import { perform } from "../control/commands.ts";
import { testTwin } from "../test-twin.ts";
import type { MqttMessage, MqttWire } from "./wire.ts";

function bench(deviceId: string) {
  const b = testTwin();
  const said: { topic: string; kind: string; retain: boolean; body: Record<string, unknown> }[] = [];
  const listeners: ((message: MqttMessage) => void)[] = [];
  const connects: (() => void)[] = [];
  const topics: string[] = [];
  const wire: MqttWire = {
    publish(topic, payload, { isRetained }) {
      const kind = parseTopic(topic)?.kind;
      // Everything that the twin sends must pass the protocol's own validation.
      if (said.length < 500)
        expect(kind && readPayload(kind, new TextEncoder().encode(payload)), payload).toMatchObject({ ok: true });
      said.push({ topic, kind: kind ?? "", retain: isRetained, body: JSON.parse(payload) as Record<string, unknown> });
    },
    onConnect: (fn) => void connects.push(fn),
    subscribe: (list) => void topics.push(...list),
    onMessage: (fn) => void listeners.push(fn),
  };
  const device = b.twin.mqttDevice(deviceId);
  if (!device) throw new Error(`${deviceId} is no MQTT device`);
  const detach = device.connect(wire);
  for (const fn of connects) fn();
  const tell = (topic: string, body: unknown, how: Partial<MqttMessage> = {}) => {
    const payload = typeof body === "string" ? body : JSON.stringify(body);
    const message = {
      topic,
      payload: new TextEncoder().encode(payload),
      isRetained: false,
      isDuplicate: false,
      ...how,
    };
    for (const fn of listeners) fn(message);
  };
  const at = (laterMs = 0) => new Date(b.clock.nowMs() + laterMs).toISOString();
  const last = (kind: string) => said.filter((message) => message.kind === kind).at(-1)?.body;
  return { ...b, device, said, topics, tell, at, last, detach };
}

const shelfTopic = "archive/v1/demo/r1/shelf/shelf-2";

function shelf() {
  const b = bench("shelf-2");
  let wireId = 0;
  let beat = 0;
  const command = (over: Record<string, unknown> = {}) => ({
    bootId: 1,
    seq: wireId,
    sentAt: b.at(),
    expiresAt: b.at(2000),
    commandId: `c-${++wireId}`,
    wireId,
    verb: "open",
    aisle: 3,
    epoch: 1,
    ttlMs: 2000,
    expectedOpenAisle: 0,
    ...over,
  });
  const run = (ms: number) => {
    for (let i = 0; i < ms; i += 100) {
      b.tell(`${shelfTopic}/beat`, { bootId: 1, seq: beat++, epoch: 1 });
      b.clock.advance(100);
    }
  };
  return { ...b, command, run };
}

describe("the shelf controller behind MQTT", () => {
  it("carries the newest question back; only a new asker is answered at once", () => {
    const b = shelf();
    const ask = (bootId: number, seq: number, how: Partial<MqttMessage> = {}) =>
      b.tell(`${shelfTopic}/ask`, { bootId, seq }, how);
    const states = () => b.said.filter(({ kind }) => kind === "shelf-state");
    expect(b.topics).toContain(`${shelfTopic}/ask`);
    expect(b.last("shelf-state")).toMatchObject({ heardAsk: null });
    ask(71, 9, { isRetained: true });
    b.clock.advance(500);
    expect(b.last("shelf-state")).toMatchObject({ heardAsk: null });
    const before = states().length;
    ask(71, 5);
    b.clock.advance(1);
    expect(states()).toHaveLength(before + 1);
    expect(b.last("shelf-state")).toMatchObject({ heardAsk: { bootId: 71, seq: 5 } });
    for (const seq of [6, 8, 7]) ask(71, seq);
    b.clock.advance(1);
    expect(states()).toHaveLength(before + 1);
    b.clock.advance(500);
    expect(b.last("shelf-state")).toMatchObject({ heardAsk: { bootId: 71, seq: 8 } });
    ask(72, 1);
    b.clock.advance(1);
    expect(b.last("shelf-state")).toMatchObject({ heardAsk: { bootId: 72, seq: 1 } });
    b.tell(`${shelfTopic}/ask`, "nonsense");
    b.clock.advance(500);
    expect(b.last("shelf-state")).toMatchObject({ heardAsk: { bootId: 72, seq: 1 } });
  });

  it("is late by the same time each time where it is told so, each way apart and in order", async () => {
    const b = shelf();
    const heardAt = (seq: number) =>
      b.said.findIndex(({ body }) => (body.heardAsk as { seq: number } | null)?.seq === seq);
    await perform(b.twin, { do: "delay", area: "r1.2", way: "down", seconds: 2 });
    b.tell(`${shelfTopic}/ask`, { bootId: 71, seq: 1 });
    b.clock.advance(1_900);
    expect(heardAt(1)).toBe(-1);
    b.clock.advance(200);
    expect(heardAt(1)).toBeGreaterThan(0);
    await perform(b.twin, { do: "delay", area: "r1.2", way: "down", seconds: 0 });
    await perform(b.twin, { do: "delay", area: "r1.2", way: "up", seconds: 3 });
    const before = b.said.length;
    b.clock.advance(2_900);
    expect(b.said).toHaveLength(before);
    await perform(b.twin, { do: "delay", area: "r1.2", way: "up", seconds: 0 });
    b.clock.advance(5_000);
    const numbers = b.said.flatMap(({ body }) => (typeof body.seq === "number" ? [body.seq] : []));
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    expect(numbers.length).toBeGreaterThan(before + 10);
  });

  it("tells its state retained, takes a command, says accepted and done, and leaves a will", () => {
    const b = shelf();
    expect(b.device.will).toEqual({ topic: `${shelfTopic}/state`, payload: '{"state":"offline"}' });
    expect(b.topics).toContain(`${shelfTopic}/stop`);
    expect(b.last("shelf-state")).toMatchObject({ state: "online", activity: "idle", openAisle: 0 });
    b.tell(`${shelfTopic}/cmd`, b.command());
    expect(b.last("shelf-event")).toMatchObject({ event: "command", commandId: "c-1", result: "accepted" });
    b.run(30_000);
    expect(b.last("shelf-state")).toMatchObject({ openAisle: 3, lastCommand: { wireId: 1, result: "done" } });
    expect(b.said.some(({ body }) => body.result === "done" && body.commandId === "c-1")).toBe(true);
    expect(b.said.filter(({ kind }) => kind === "shelf-state").every(({ retain }) => retain)).toBe(true);
    expect(b.said.filter(({ kind }) => kind === "shelf-event").some(({ retain }) => retain)).toBe(false);
  });

  it("repeats its state at least twice a second at rest: an older one starts nothing", () => {
    const b = shelf();
    b.said.length = 0;
    b.clock.advance(10_000);
    expect(b.said.length).toBeGreaterThanOrEqual(20);
    expect(b.said.length).toBeLessThan(30);
  });

  it("refuses what is late, retained, repeated or a day old, and moves nothing", () => {
    const b = shelf();
    const rail = b.twin.room.areas.get("r1.2")?.rail;
    const before = [...(rail?.positionsMm.values() ?? [])];
    b.tell(`${shelfTopic}/cmd`, b.command(), { isRetained: true });
    expect(b.last("shelf-event")).toMatchObject({ result: "refused", reason: "stale" });
    b.tell(`${shelfTopic}/cmd`, b.command(), { isDuplicate: true });
    expect(b.last("shelf-event")).toMatchObject({ result: "refused" });
    const late = b.command();
    b.clock.advance(2001);
    b.tell(`${shelfTopic}/cmd`, late);
    expect(b.last("shelf-event")).toMatchObject({ result: "refused", reason: "stale" });
    // Moves every time in the message back by a day: the same command from yesterday.
    const dayBack = (_: string, value: unknown) =>
      typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)
        ? new Date(Date.parse(value) - 24 * 3600_000).toISOString()
        : value;
    b.tell(`${shelfTopic}/cmd`, JSON.parse(JSON.stringify(b.command()), dayBack));
    expect(b.last("shelf-event")).toMatchObject({ result: "refused", reason: "stale" });
    b.tell(`${shelfTopic}/cmd`, "{ not json");
    b.run(60_000);
    expect([...(rail?.positionsMm.values() ?? [])]).toEqual(before);
  });

  it("stops on anything that arrives on stop, but not on the broker's memory of one", () => {
    const b = shelf();
    b.tell(`${shelfTopic}/cmd`, b.command());
    b.run(5000);
    b.tell(`${shelfTopic}/stop`, "garbage", { isRetained: true });
    expect(b.twin.room.areas.get("r1.2")?.rig.state().phase).toBe("moving");
    b.tell(`${shelfTopic}/stop`, "garbage");
    b.run(1000);
    expect(b.last("shelf-state")).toMatchObject({ activity: "stopped", openAisle: null });
    expect(b.said.some(({ body }) => body.event === "stopped")).toBe(true);
  });

  it("takes a beat twice delivered for none, and stops without beats", () => {
    const b = shelf();
    b.tell(`${shelfTopic}/cmd`, b.command());
    b.run(4000);
    for (let i = 0; i < 20; i++) {
      b.tell(`${shelfTopic}/beat`, { bootId: 1, seq: 5, epoch: 1 });
      b.clock.advance(100);
    }
    expect(b.last("shelf-state")).toMatchObject({ activity: "stopped", interlocks: { heartbeatLost: true } });
  });

  it("tells of people, keys, light and mains", () => {
    const b = shelf();
    b.tell(`${shelfTopic}/cmd`, b.command());
    b.run(30_000);
    const rig = b.twin.room.areas.get("r1.2")?.rig;
    rig?.entry();
    expect(b.last("shelf-event")).toMatchObject({ event: "entry", aisle: 3, entrySeq: 1 });
    rig?.exit();
    expect(b.last("shelf-event")).toMatchObject({ event: "exit" });
    rig?.key("reset");
    expect(b.last("shelf-event")).toMatchObject({ event: "reset" });
    const target = { column: 3, side: "B", bay: 1, layer: 2, slot: 4 };
    const light = { bootId: 1, seq: 1, sentAt: b.at(), expiresAt: b.at(5000), commandId: "l-1", target };
    b.tell("archive/v1/demo/r1/light/shelf-2/cmd", light);
    b.clock.advance(100);
    expect(b.last("shelf-state")).toMatchObject({ light: target });
    const boot = b.last("shelf-state")?.bootId;
    rig?.cutPower();
    b.said.length = 0;
    b.tell(`${shelfTopic}/cmd`, b.command());
    b.clock.advance(20_000);
    expect(b.said).toHaveLength(0);
    rig?.restorePower();
    b.clock.advance(100);
    expect(b.last("shelf-state")).toMatchObject({ activity: "stopped", occupancy: { people: null } });
    expect(b.last("shelf-state")?.bootId).not.toBe(boot);
    b.detach();
    b.said.length = 0;
    b.clock.advance(20_000);
    expect(b.said).toHaveLength(0);
  });
});

describe("the reader behind MQTT", () => {
  const topic = "archive/v1/demo/r1/reader/rd-209/cmd";
  const order = (b: ReturnType<typeof bench>, over: Record<string, unknown> = {}) => ({
    requestId: "q-1",
    verb: "inventory",
    antennas: [1, 2, 3, 4, 5],
    rounds: 3,
    sentAt: b.at(),
    expiresAt: b.at(10_000),
    ...over,
  });

  it("answers an inventory in parts after its air time, with missing antennas named", () => {
    const b = bench("rd-209");
    b.twin.readers.get("rd-209")?.missingPorts.add(2);
    b.tell(topic, order(b));
    b.tell(topic, order(b));
    b.clock.advance(200);
    expect(b.last("reader-inventory")).toBeUndefined();
    b.clock.advance(2000);
    const parts = b.said.filter(({ kind }) => kind === "reader-inventory").map(({ body }) => body);
    expect(parts.map(({ part, parts: of }) => [part, of])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    const antennas = parts.flatMap(({ antennas: list }) => list as Record<string, unknown>[]);
    expect(antennas).toMatchObject([
      { antenna: 1, healthy: true, roundsOffered: 3 },
      { antenna: 2, healthy: false, fault: "antenna-missing", roundsOffered: 0 },
      { antenna: 3, healthy: true },
      { antenna: 4, healthy: true },
      { antenna: 5, healthy: true },
    ]);
    expect((antennas[0]?.tags as unknown[] | undefined)?.length).toBeGreaterThan(12);
  });

  it("refuses late orders, aborts the running one, queues the next, tells its state", () => {
    const b = bench("rd-209");
    expect(b.last("reader-state")).toMatchObject({ state: "online" });
    b.tell(topic, order(b, { expiresAt: b.at(-1) }));
    expect(b.last("reader-inventory")).toMatchObject({ result: "refused", reason: "stale" });
    b.tell(topic, order(b, { requestId: "long", rounds: 1000 }));
    b.tell(topic, order(b, { requestId: "next", antennas: [7] }));
    b.clock.advance(1000);
    b.tell(topic, { requestId: "long", verb: "abort", sentAt: b.at(), expiresAt: b.at(1000) });
    expect(b.last("reader-inventory")).toMatchObject({ requestId: "long", result: "aborted" });
    b.clock.advance(2000);
    expect(b.last("reader-inventory")).toMatchObject({ requestId: "next", result: "done" });
  });
});
