/**
 * One bus: a link, a parser and a scheduler with one transaction in flight, which STOP cuts short; STOP goes before all others.
 */
import type { StreamParser } from "../../../firmware-protocols/framing/stream-parser.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { KeptLink } from "../links/keep-link-up.ts";
import { acceptFrame } from "./accept-frame.ts";
import { type BusCounters, downReason, type Line, land } from "./line.ts";
import { createLineReader } from "./line-reader.ts";
import { lineWatch } from "./line-watch.ts";
import { makeWayForStop } from "./make-way-for-stop.ts";
import { createQuarantine, type QuarantineLimits } from "./quarantine.ts";
import { createQueues } from "./queues.ts";
import { lateAnswerQuietMs, startNext } from "./run-line.ts";
import { queuedCountMax, type Transaction } from "./transaction.ts";

export interface BusOptions<Frame> {
  id: string;
  link: KeptLink;
  clock: Clock;
  parser: StreamParser<Frame>;
  /** Silence between the end of one frame and the next request (Modbus RTU 3.5 characters); 0 on TCP. */
  gapMs: number;
  /** A half frame is given up after this much silence. */
  silenceMs: number;
  /** A framing without a checksum (Modbus TCP) cannot find the next frame after noise, so the link reconnects instead. */
  noiseBreaksLink?: boolean;
  /** The device's name for error texts. */
  deviceName?: (slave: number) => string;
  quarantine?: QuarantineLimits;
}
export interface Bus<Frame> {
  readonly id: string;
  readonly link: KeptLink;
  readonly counters: Readonly<BusCounters>;
  /** All frames of the answer. Rejects with a Refusal: link-*, bus-full, bus-preempted, device-timeout, device-quarantined. */
  request(transaction: Transaction<Frame>): Promise<Frame[]>;
  /** Called with every frame that comes in, whether requested or not. */
  onFrame(listener: (frame: Frame, atMs: number) => void): void;
  readonly waitingCount: number;
}
export function createBus<Frame>(options: BusOptions<Frame>): Bus<Frame> {
  const { id, clock, link, gapMs } = options;
  const counters: BusCounters = { sent: 0, answered: 0, timeouts: 0, noiseBytes: 0, unasked: 0, late: 0 };
  const frameListeners: ((frame: Frame, atMs: number) => void)[] = [];
  const reader = createLineReader<Frame>({
    ...options,
    onFrame(frame, atMs) {
      for (const listener of frameListeners) listener(frame, atMs);
      acceptFrame(line, frame, atMs);
    },
    onNoise(bytes) {
      counters.noiseBytes += bytes.length;
      if (options.noiseBreaksLink) link.reset("the stream lost its framing");
    },
  });
  const line: Line<Frame> = {
    ...{ id, clock, link, gapMs, counters, reader },
    queues: createQueues(),
    quarantine: createQuarantine(options.quarantine),
    watch: lineWatch(clock, lateAnswerQuietMs, () => startNext(line)),
    nameOf: options.deviceName ?? ((slave: number) => `${id}/${slave}`),
    flight: null,
    gapUntilMs: Number.NEGATIVE_INFINITY,
    quietUntilMsMax: Number.NEGATIVE_INFINITY,
    wakeAtMs: Number.POSITIVE_INFINITY,
    cancelWake() {},
  };

  link.onBytes(reader.receive);
  link.onState((state) => {
    reader.discardPending();
    if (state.up) {
      line.quarantine.clear();
      return;
    }
    const reason = downReason(line);
    if (line.flight) land(line, line.flight).reject(reason);
    for (const entry of line.queues.remove(() => true)) entry.reject(reason);
  });

  return {
    ...{ id, link, counters },
    request: (transaction) => request(line, transaction),
    onFrame(listener) {
      frameListeners.push(listener);
    },
    get waitingCount() {
      return line.queues.length;
    },
  };
}

function request<Frame>(line: Line<Frame>, transaction: Transaction<Frame>): Promise<Frame[]> {
  return new Promise((resolve, reject) => {
    const nowMs = line.clock.monoMs();
    const { slave, priority } = transaction;
    if (!line.link.state.up) return reject(downReason(line));
    const admitted = priority === "stop" ? "free" : line.quarantine.admit(slave, nowMs);
    if (admitted === "blocked") {
      const waitMs = line.quarantine.waitMs(slave, nowMs);
      return reject(new Refusal("device-quarantined", { device: line.nameOf(slave), waitMs }));
    }
    const probe = admitted === "probe";
    const retriesLeft = probe ? 0 : transaction.retries;
    const shared = { slave, priority, queuedAtMs: nowMs, transaction, probe, retriesLeft };
    const entry = { ...shared, frames: [], resolve, reject };
    if (priority === "stop") makeWayForStop(line, slave);
    if (!line.queues.add(entry)) {
      return reject(new Refusal("bus-full", { bus: line.id, limit: queuedCountMax[priority] }));
    }
    startNext(line);
  });
}
