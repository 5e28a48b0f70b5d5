/** A shelf controller on Modbus, by its profile (room-1, fatek-njust): polls the status, sends commands, keeps the beat. */
import type { ModbusResponse } from "../../../firmware-protocols/modbus/index.ts";
import {
  decodeStatus,
  encodeBeat,
  encodeCommand,
  encodeLight,
  encodeStop,
  judgeCheck,
  type ShelfProfile,
  type ShelfShape,
  statusReads,
  type WireStep,
} from "../../../firmware-protocols/shelf-profiles/index.ts";
import { type Clock, sleep } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { ShelfPort, StatusListener } from "../../contract/ports.ts";
import { safetyRuleId } from "../../contract/safety-rules.ts";
import type { ShelfStatus } from "../../contract/shelf.ts";
import type { Priority } from "../bus/transaction.ts";
import { type HealthListener, healthBook } from "./health.ts";
import { mergeStops } from "./merge-stops.ts";
import { type ModbusLine, modbusUnit } from "./modbus-unit.ts";
import { persistStop } from "./persist-stop.ts";
import { pollMark } from "./poll-mark.ts";

export interface ModbusShelfOptions {
  deviceId: string;
  unit: number;
  line: ModbusLine;
  profile: ShelfProfile;
  shape: ShelfShape;
  clock: Clock;
  onHealth: HealthListener;
}

export interface DriverShelf extends ShelfPort {
  health(): ReturnType<typeof healthBook>["current"];
  close(): void;
}

const pollMs = 200;
const beatMs = 100;
/** A beat that is late is no beat. */
const beatQueuedMsMax = 90;
/** A step of a command that waits longer for the line is given up. */
const queuedMsMax = 500;
/** This many polls without a picture and the link counts as lost. */
const failedPollsMax = 3;

export function modbusShelf(options: ModbusShelfOptions): DriverShelf {
  const { deviceId, profile, shape, clock, line } = options;
  const unit = modbusUnit(line, options.unit, deviceId);
  const health = healthBook(deviceId, "shelf", clock, options.onHealth);
  const reads = statusReads(profile, shape);
  const statusListeners: StatusListener[] = [];
  const linkListeners: ((up: boolean, atMs: number) => void)[] = [];
  let isUp = false;
  let isClosed = false;
  let failedPolls = 0;
  let cancelPoll = () => {};
  let cancelBeat: (() => void) | null = null;
  let beat = 0;
  let polls = 0;
  /** A wire holds no answer back (the bus waits for late ones), and MBAP numbers them. */
  const mark = line.mode === "rtu-over-tcp" ? pollMark(reads) : null;
  let isBeatOut = false;
  /** Grows with each STOP: a sequence that began before it goes no further. */
  let stops = 0;

  async function readStatus(priority: Priority): Promise<ShelfStatus> {
    const responses: ModbusResponse[] = [];
    let atMs = 0;
    /** An answer is the echo of its question: nothing in it is older than when the first one went out. */
    let askedAtMs: number | null = null;
    const onSent = (sentAtMs: number) => {
      askedAtMs ??= sentAtMs;
    };
    for (const read of reads) {
      const apart = read === mark?.read ? mark.lengthAt(++polls) : 0;
      responses.push(await unit.read(read, priority, { onSent, apart }));
      atMs ||= clock.monoMs();
    }
    const reading = decodeStatus(profile, shape, responses);
    if (reading.kind === "wrong") {
      throw new Refusal("device-wrong-answer", { device: deviceId, detail: reading.problem });
    }
    // One question at a time on a line, each answer its own: the order is the bus's.
    const status: ShelfStatus = { ...reading.status, seq: null, alarms: reading.alarms };
    failedPolls = 0;
    setUp(true);
    health.up();
    for (const listener of statusListeners) listener(status, atMs, askedAtMs);
    return status;
  }

  function setUp(up: boolean): void {
    if (up === isUp) return;
    isUp = up;
    for (const listener of linkListeners) listener(up, clock.monoMs());
  }

  function poll(): void {
    const startMs = clock.monoMs();
    readStatus("status")
      .catch((error: unknown) => {
        failedPolls++;
        const isPreempted = error instanceof Refusal && error.code === "bus-preempted";
        if (isPreempted || (failedPolls < failedPollsMax && line.bus.link.state.up)) return;
        setUp(false);
        health.down(error);
      })
      .then(() => {
        if (!isClosed) cancelPoll = clock.after(Math.max(20, startMs + pollMs - clock.monoMs()), poll);
      });
  }

  /** `life`: asked before each step but the release of a button that is down, for that must never stay so. */
  async function walk(steps: readonly WireStep[], priority: Priority, life?: () => number): Promise<void> {
    const stopsBefore = stops;
    // Only where a command id makes a repeat the same command may the wire repeat it.
    const retries = profile.status.lastCommand ? 1 : 0;
    let before: WireStep | null = null;
    for (const step of steps) {
      if (priority === "motion" && stops !== stopsBefore) throw new Refusal("bus-preempted");
      if (step.kind === "wait") {
        await sleep(clock, step.ms);
        continue;
      }
      const leftMs = life && !isRelease(step, before) ? life() : queuedMsMax;
      if (leftMs <= 0) throw new Refusal("command-expired");
      const limits = life ? { retries, queuedMsMax: Math.min(leftMs, queuedMsMax) } : { retries };
      before = step;
      const answer = await unit.ask(step.request, priority, limits);
      const reason = step.kind === "check" ? judgeCheck(step, answer) : null;
      if (reason) throw new Refusal("device-refused", { device: deviceId, detail: reason });
    }
  }

  const stopOnce = mergeStops(() => persistStop(clock, () => walk(encodeStop(profile), "stop")));

  function sendBeat(): void {
    cancelBeat = clock.after(beatMs, sendBeat);
    const request = encodeBeat(profile, beat);
    if (!request || isBeatOut) return;
    beat = (beat + 1) & 0xffff;
    isBeatOut = true;
    unit
      .ask(request, "motion", { queuedMsMax: beatQueuedMsMax })
      .catch(() => {})
      .then(() => {
        isBeatOut = false;
      });
  }

  line.bus.link.onState((state) => {
    if (state.up || isClosed) return;
    setUp(false);
    health.down(state.reason ?? new Refusal("link-lost", { address: line.bus.link.name, detail: "closed" }));
  });
  cancelPoll = clock.after(0, poll);

  return {
    deviceId,
    cannotKeep: profile.cannotKeep.map(({ rule }) => safetyRuleId(rule)),
    onStatus: (listener) => void statusListeners.push(listener),
    onLink: (listener) => void linkListeners.push(listener),
    async send(command, mayGoOn) {
      const untilMs = clock.monoMs() + command.ttlMs;
      const steps = encodeCommand(profile, command, beat++ & 0xffff);
      if (!steps)
        throw new Refusal("device-refused", { device: deviceId, detail: `no "${command.verb}" in ${profile.name}` });
      await walk(steps, "motion", () => (mayGoOn?.() === false ? 0 : untilMs - clock.monoMs()));
    },
    stop() {
      stops++;
      return stopOnce();
    },
    heartbeat(on) {
      if (on === (cancelBeat !== null)) return;
      cancelBeat?.();
      cancelBeat = null;
      if (on) sendBeat();
    },
    async light(target) {
      const request = encodeLight(profile, target);
      if (!request) return null;
      await unit.ask(request, "status", { retries: 1 });
      return (await readStatus("status")).light;
    },
    health: () => health.current,
    close() {
      isClosed = true;
      cancelPoll();
      cancelBeat?.();
    },
  };
}

/** Zeros where something was written just before. */
function isRelease(step: WireStep, before: WireStep | null): boolean {
  if (step.kind !== "write" || before?.kind !== "write") return false;
  const { request } = step;
  if (request.fn !== before.request.fn || request.address !== before.request.address) return false;
  return "values" in request ? request.values.every((value) => !value) : !request.value;
}
