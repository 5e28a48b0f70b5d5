/** A shelf driver reports the true age of a picture, whatever holds the answer up on its way. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payloads } from "../../../firmware-protocols/archive-mqtt/index.ts";
import { answerAdu, createRequestParser, type ModbusMode } from "../../../firmware-protocols/modbus/index.ts";
import {
  createControllerBank,
  registerMaps,
  statusReads,
  type WireStatus,
} from "../../../firmware-protocols/register-maps/index.ts";
import { runFor } from "../../../tests/support/run-for.ts";
import { seededChance } from "../../clock/chance.ts";
import { virtualClock } from "../../clock/virtual-clock.ts";
import { memoryLine } from "../links/memory.ts";
import { openBus } from "../open-bus.ts";
import { modbusShelf } from "./modbus-shelf.ts";
import { askKeptMsMax, asksKeptMax, driftPpmMax, pictureAge } from "./picture-age.ts";
import { pollMark } from "./poll-mark.ts";

const shape = { columns: [1, 2, 3, 4, 5, 6], aisles: 5 };
const { interlocks } = payloads["shelf-state"].examples[1] as { interlocks: WireStatus["interlocks"] };

/**
 * A room-1 controller behind a server that passes each answer on late; its entries count the times of its pictures, 50 ms each.
 */
function behindServer(mode: ModbusMode) {
  const clock = virtualClock(0);
  const { near, far } = memoryLine({ clock, latencyMs: 1 });
  const registerMap = registerMaps["room-1"];
  if (!registerMap) throw new Error("room-1");
  let delayMs = 0;
  const status = (): WireStatus => ({
    bootId: 5,
    activity: "idle",
    openAisle: 0,
    columns: shape.columns.map((column) => ({ column, positionMm: column * 100, motion: "still", fault: false })),
    interlocks,
    occupancy: { people: 0, entrySeq: Math.floor(clock.monoMs() / 50), confirmedEntrySeq: null },
    lastCommand: null,
    light: null,
    temperatureC: 20.5,
    humidityPct: 50,
  });
  const bank = createControllerBank(registerMap, shape, { status, receive() {} });
  const parser = createRequestParser(mode);
  let freeAtMs = 0;
  far.onBytes((bytes) => {
    for (const piece of parser.push(bytes, clock.nowMs())) {
      const answer = piece.kind === "frame" ? answerAdu(mode, 1, piece.frame, bank) : null;
      // One after another, as on the wire behind the server.
      freeAtMs = Math.max(freeAtMs, clock.monoMs() + 3 + delayMs);
      if (answer) clock.after(freeAtMs - clock.monoMs(), () => void far.write(answer).catch(() => {}));
    }
  });
  void far.open();
  const framing = mode === "tcp" ? "tcp" : "rtu";
  const opened = openBus({
    spec: { id: "bus-1", link: { kind: "tcp", host: "", port: 1 } },
    override: near,
    devices: [{ id: "shelf-1", kind: "shelf", protocol: "room-1", bus: "bus-1", address: 1, framing }],
    clock,
    chance: seededChance(3),
  });
  if (opened.protocol !== "modbus") throw new Error("not Modbus");
  expect(opened.line.mode).toBe(mode);
  const { line } = opened;
  const shelf = modbusShelf({ deviceId: "shelf-1", unit: 1, line, registerMap, shape, clock, onHealth: () => {} });
  const seen: { madeMs: number; madeAfterMs: number | null; atMs: number }[] = [];
  shelf.onStatus(({ occupancy }, atMs, madeAfterMs) => {
    seen.push({ madeMs: (occupancy.entrySeq ?? 0) * 50, madeAfterMs, atMs });
  });
  opened.link.start();
  return {
    clock,
    seen,
    health: () => shelf.health(),
    delay(ms: number) {
      delayMs = ms;
    },
  };
}

describe.each<ModbusMode>(["tcp", "rtu-over-tcp"])("registers behind a slow server, %s", (mode) => {
  it("a prompt one: each picture is proven by its own question, which went out just before", async () => {
    const { clock, seen } = behindServer(mode);
    await runFor(clock, 5_000);
    expect(seen.length).toBeGreaterThan(15);
    for (const { madeAfterMs, atMs } of seen) {
      expect(atMs - (madeAfterMs ?? Number.NEGATIVE_INFINITY)).toBeLessThan(60);
      expect(atMs).toBeGreaterThanOrEqual(madeAfterMs ?? Number.POSITIVE_INFINITY);
    }
  });

  it.each([60, 130, 250, 420, 900, 3_000, 7_000])(
    "late by %i ms each time: nothing passes for younger than it is",
    async (ms) => {
      const { clock, seen, delay } = behindServer(mode);
      await runFor(clock, 2_000);
      delay(ms);
      const sinceMs = clock.monoMs();
      await runFor(clock, 60_000);
      for (const { madeMs, madeAfterMs } of seen)
        if (madeAfterMs !== null) expect(madeMs).toBeGreaterThan(madeAfterMs - 50);
      // Reported as late once no answer comes in time.
      if (ms >= 900) expect(seen.filter(({ atMs }) => atMs > sinceMs + 10_000)).toEqual([]);
    },
  );

  it("comes back by itself when the server is prompt again", async () => {
    const { clock, seen, delay, health } = behindServer(mode);
    await runFor(clock, 2_000);
    delay(3_000);
    await runFor(clock, 20_000);
    expect(health().state).toBe("down");
    delay(0);
    await runFor(clock, 60_000);
    expect(health().state).toBe("up");
    expect(clock.monoMs() - (seen.at(-1)?.madeAfterMs ?? 0)).toBeLessThan(500);
  });
});

describe("the mark of a poll", () => {
  const shapes = [1, 3, 6, 12, 40].map((columns) => ({
    columns: Array.from({ length: columns }, (_, i) => i + 1),
    aisles: Math.max(1, columns - 1),
  }));
  it("a map of few registers cannot be marked: the site check says what that means", () => {
    const registerMap = registerMaps["fatek-njust"];
    if (!registerMap) throw new Error("fatek-njust");
    for (const shape of shapes) expect(pollMark(statusReads(registerMap, shape))).toBeNull();
  });

  it("room-1: no answer of a poll can be taken for its first part's, in any room", () => {
    const registerMap = registerMaps["room-1"];
    if (!registerMap) throw new Error("room-1");
    for (const shape of shapes) {
      const reads = statusReads(registerMap, shape);
      const mark = pollMark(reads);
      const lengths = new Set(Array.from({ length: 16 }, (_, poll) => mark?.lengthAt(poll) ?? 0));
      expect(lengths.size, `${shape.columns.length} columns`).toBeGreaterThanOrEqual(4);
      for (const length of lengths) {
        expect(length).toBeGreaterThan(0);
        const rest = (mark?.read.quantity ?? 0) - length;
        expect(rest).toBeGreaterThan(length);
        for (const { fn, quantity } of reads.filter((read) => read !== mark?.read))
          if (fn === mark?.read.fn) expect(quantity).not.toBe(length);
      }
    }
  });
});

const ours = 71;
/** Questions and states of one controller, sent by hand. */
function pushed() {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const age = pictureAge(clock, ours);
  let seq = 0;
  let asks = 0;
  return {
    clock,
    age,
    ask() {
      age.asked(++asks);
      return asks;
    },
    hear(
      heardAsk: { bootId: number; seq: number } | null | undefined,
      change: { bootId?: number; sentAtMs?: number } = {},
    ) {
      const { bootId = 5, sentAtMs = clock.nowMs() } = change;
      const sentAt = new Date(sentAtMs).toISOString();
      return age.madeAfterMs(
        { bootId, seq: ++seq, sentAt, ...(heardAsk === undefined ? {} : { heardAsk }) },
        clock.monoMs(),
      );
    },
  };
}

describe("a controller that carries questions back", () => {
  it("proves the moment of the question, however long the answer was on its way", () => {
    const { clock, ask, hear } = pushed();
    const seq = ask();
    const askedAtMs = clock.monoMs();
    clock.advance(5_000);
    ask();
    expect(hear({ bootId: ours, seq })).toBe(askedAtMs);
    // Repeating the same state makes it no younger.
    clock.advance(400);
    expect(hear({ bootId: ours, seq })).toBe(askedAtMs);
  });

  it.each<[string, (seq: number) => { bootId: number; seq: number } | null]>([
    ["none yet", () => null],
    ["another's, as of the motion process before", (seq) => ({ bootId: 70, seq })],
    ["one that nobody asked", (seq) => ({ bootId: ours, seq: seq + 1_000 })],
  ])("%s: no proof, and not by its moments either", (_, heard) => {
    const { clock, ask, hear } = pushed();
    const seq = ask();
    clock.advance(20);
    expect(hear(heard(seq))).toBeNull();
  });

  it("what goes back within a boot proves nothing; after a boot it counts anew", () => {
    const { ask, hear, age } = pushed();
    const first = ask();
    const second = ask();
    expect(hear({ bootId: ours, seq: second })).not.toBeNull();
    expect(hear({ bootId: ours, seq: first })).toBeNull();
    expect(age.wrongEchoes).toBe(1);
    expect(hear({ bootId: ours, seq: first }, { bootId: 6 })).not.toBeNull();
  });

  it("having echoed once it cannot stop before its next boot", () => {
    const { ask, hear, age } = pushed();
    hear({ bootId: ours, seq: ask() });
    expect(hear(undefined)).toBeNull();
    expect(age.canEcho()).toBe(true);
    expect(hear(undefined, { bootId: 6 })).not.toBeNull();
    expect(age.canEcho()).toBe(false);
  });

  it("remembers no more questions than it says, and none for longer", () => {
    const { clock, ask, hear } = pushed();
    const old = ask();
    clock.advance(askKeptMsMax + 1);
    const first = ask();
    expect(hear({ bootId: ours, seq: old })).toBeNull();
    for (let i = 0; i < asksKeptMax; i++) ask();
    expect(hear({ bootId: ours, seq: first })).toBeNull();
    expect(hear({ bootId: ours, seq: first + 1 })).not.toBeNull();
  });

  it("never says younger than the question that it has truly heard, whatever is delayed, lost or repeated", () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 2_000 }),
      askLateMs: fc.integer({ min: 0, max: 8_000 }),
      sayLateMs: fc.integer({ min: 0, max: 8_000 }),
      isAskLost: fc.boolean(),
      isSaid: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = virtualClock(0);
        const age = pictureAge(clock, ours);
        let newest: number | null = null;
        let asks = 0;
        let seq = 0;
        for (const { waitMs, askLateMs, sayLateMs, isAskLost, isSaid } of steps) {
          age.asked(++asks);
          const asked = asks;
          const hearAsk = () => {
            newest = Math.max(newest ?? 0, asked);
          };
          if (!isAskLost) clock.after(askLateMs, hearAsk);
          if (isSaid) {
            const madeMs = clock.monoMs();
            const heardAsk = newest === null ? null : { bootId: ours, seq: newest };
            const state = { bootId: 5, seq: ++seq, sentAt: new Date(0).toISOString(), heardAsk };
            clock.after(sayLateMs, () => {
              const madeAfterMs = age.madeAfterMs(state, clock.monoMs());
              if (madeAfterMs !== null) expect(madeAfterMs).toBeLessThanOrEqual(madeMs);
            });
          }
          clock.advance(waitMs);
        }
        clock.advance(20_000);
      }),
      { numRuns: 300 },
    );
  });
});

describe("one that cannot", () => {
  it("is as old as it came later than the quickest one of its boot, whatever its clock says", () => {
    const { clock, hear } = pushed();
    const skewMs = -86_400_000;
    const sent = (lateMs: number) => ({ sentAtMs: clock.nowMs() + skewMs - lateMs });
    expect(hear(undefined, sent(300))).toBe(clock.monoMs());
    clock.advance(400);
    expect(hear(undefined, sent(20))).toBe(clock.monoMs());
    clock.advance(400);
    expect(clock.monoMs() - (hear(undefined, sent(320)) ?? 0)).toBeCloseTo(300, 0);
    clock.advance(10_000);
    expect(clock.monoMs() - (hear(undefined, sent(5_020)) ?? 0)).toBeGreaterThan(4_990);
  });

  it("two clocks that drift apart for a month make nothing late", () => {
    const { clock, hear } = pushed();
    const startMs = clock.nowMs();
    for (let hour = 0; hour < 24 * 30; hour++) {
      clock.advance(3_600_000);
      const slowMs = ((clock.nowMs() - startMs) * driftPpmMax * 0.9) / 1e6;
      expect(hear(undefined, { sentAtMs: Math.floor(clock.nowMs() - slowMs) })).toBeGreaterThanOrEqual(
        clock.monoMs() - 1,
      );
    }
  });

  it("a clock that is set back or on is a clock, and no delay", () => {
    const { clock, hear } = pushed();
    for (const skewMs of [0, -60_000, 3_600_000, -9e11]) {
      clock.advance(400);
      expect(hear(undefined, { sentAtMs: clock.nowMs() + skewMs })).toBe(clock.monoMs());
      clock.advance(400);
      expect(hear(undefined, { sentAtMs: clock.nowMs() + skewMs })).toBe(clock.monoMs());
    }
  });
});
