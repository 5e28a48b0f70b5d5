/** One bus: a link, a parser and a scheduler with one transaction in flight. STOP overtakes all that waits and cuts short what runs. */
import type { StreamParser } from "../../../firmware-protocols/framing/stream-parser.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { KeptLink } from "../links/keep-link-up.ts";
import { createLineReader } from "./line-reader.ts";
import { heldMsMax, lineWatch } from "./line-watch.ts";
import { createQuarantine, type QuarantineLimits } from "./quarantine.ts";
import { createQueues, type Waiting } from "./queues.ts";
import {
  framesPerAnswerMax,
  queuedCountMax,
  queuedMsMax,
  stopPatienceMs,
  stopPatienceMsMax,
  stopQuietMs,
  type Transaction,
} from "./transaction.ts";

export interface BusOptions<Frame> {
  id: string;
  link: KeptLink;
  clock: Clock;
  parser: StreamParser<Frame>;
  /** Silence between the end of one frame and the next request (Modbus RTU 3.5 characters); 0 on TCP. */
  gapMs: number;
  /** After this much silence a half frame is given up. */
  silenceMs: number;
  /** A framing without a checksum (Modbus TCP) cannot find its next frame again: reconnect instead. */
  noiseBreaksLink?: boolean;
  /** Who did not answer, in the words of errors. */
  deviceName?: (slave: number) => string;
  quarantine?: QuarantineLimits;
}

export interface BusCounters {
  sent: number;
  answered: number;
  timeouts: number;
  noiseBytes: number;
  unasked: number;
  /** Answers that were read too late to say anything of now. */
  late: number;
}

export interface Bus<Frame> {
  readonly id: string;
  readonly link: KeptLink;
  readonly counters: Readonly<BusCounters>;
  /** All frames of the answer. Rejects with a Refusal: link-*, bus-full, bus-preempted, device-timeout, device-quarantined. */
  request(transaction: Transaction<Frame>): Promise<Frame[]>;
  /** Frames as they come in, asked for or not. */
  onFrame(listener: (frame: Frame, atMs: number) => void): void;
  readonly waitingCount: number;
}

interface Entry<Frame> extends Waiting {
  readonly transaction: Transaction<Frame>;
  readonly probe: boolean;
  retriesLeft: number;
  frames: Frame[];
  resolve(frames: Frame[]): void;
  reject(reason: Refusal): void;
}

interface Flight<Frame> {
  entry: Entry<Frame>;
  deadlineMs: number;
  lastMs: number;
  cancel: () => void;
}

/** After a timeout the line must be quiet this long before the next request, or a late answer is taken for its answer. */
const lateAnswerQuietMs = 20;
const lateAnswerWaitMsMax = 200;

export function createBus<Frame>(options: BusOptions<Frame>): Bus<Frame> {
  const { clock, link, gapMs } = options;
  const queues = createQueues<Entry<Frame>>();
  const quarantine = createQuarantine(options.quarantine);
  const counters: BusCounters = { sent: 0, answered: 0, timeouts: 0, noiseBytes: 0, unasked: 0, late: 0 };
  const frameListeners: ((frame: Frame, atMs: number) => void)[] = [];
  const nameOf = options.deviceName ?? ((slave: number) => `${options.id}/${slave}`);
  const reader = createLineReader<Frame>({
    ...options,
    onFrame: accept,
    onNoise(bytes) {
      counters.noiseBytes += bytes.length;
      if (options.noiseBreaksLink) link.reset("the stream lost its framing");
    },
  });
  let flight: Flight<Frame> | null = null;
  let gapUntilMs = Number.NEGATIVE_INFINITY;
  /** Set after a timeout: until when at most a late answer is waited for. */
  let quietUntilMsMax = Number.NEGATIVE_INFINITY;
  const watch = lineWatch(clock, lateAnswerQuietMs, startNext);
  let wakeAtMs = Number.POSITIVE_INFINITY;
  let cancelWake = () => {};

  function request(transaction: Transaction<Frame>): Promise<Frame[]> {
    return new Promise((resolve, reject) => {
      const nowMs = clock.monoMs();
      const { slave, priority } = transaction;
      if (!link.state.up) return reject(downReason());
      const admitted = priority === "stop" ? "free" : quarantine.admit(slave, nowMs);
      if (admitted === "blocked") {
        const waitMs = quarantine.waitMs(slave, nowMs);
        return reject(new Refusal("device-quarantined", { device: nameOf(slave), waitMs }));
      }
      const probe = admitted === "probe";
      const retriesLeft = probe ? 0 : transaction.retries;
      const shared = { slave, priority, queuedAtMs: nowMs, transaction, probe, retriesLeft };
      const entry = { ...shared, frames: [], resolve, reject };
      if (priority === "stop") makeWayForStop(slave);
      if (!queues.add(entry)) {
        return reject(new Refusal("bus-full", { bus: options.id, limit: queuedCountMax[priority] }));
      }
      startNext();
    });
  }

  /** A queued motion must not run after the STOP that overtook it; an answer in flight gets a last, short chance. */
  function makeWayForStop(slave: number): void {
    const isOvertaken = (entry: Waiting) => entry.priority === "motion" && entry.slave === slave;
    for (const entry of queues.remove(isOvertaken)) entry.reject(new Refusal("bus-preempted"));
    const running = flight;
    if (!running) return;
    // A STOP in flight to a dead slave holds up the next one no longer than anything else does.
    if (isOvertaken(running.entry)) running.entry.retriesLeft = 0;
    const askedAtMs = clock.monoMs();
    const cutShort = () => {
      if (flight !== running || !queues.hasStop()) return;
      const nowMs = clock.monoMs();
      const isArriving = nowMs - reader.lastByteAtMs < stopQuietMs;
      if (isArriving && nowMs - askedAtMs < stopPatienceMsMax) {
        clock.after(stopQuietMs, cutShort);
        return;
      }
      land(running).reject(new Refusal("bus-preempted"));
      startNext();
    };
    clock.after(stopPatienceMs, cutShort);
  }

  function startNext(): void {
    if (flight || !link.state.up || queues.length === 0) return;
    if (watch.isOn && !queues.hasStop()) return;
    const nowMs = clock.monoMs();
    // The frame gap belongs to the wire: without it the slave hears two frames as one. All other pauses yield to STOP.
    let waitMs = gapUntilMs - nowMs;
    if (!queues.hasStop() && nowMs < quietUntilMsMax) {
      waitMs = Math.max(waitMs, Math.min(quietUntilMsMax, reader.lastByteAtMs + lateAnswerQuietMs) - nowMs);
    }
    if (waitMs > 0) {
      wakeAt(nowMs + waitMs);
      return;
    }
    const entry = queues.next();
    if (!entry) return;
    if (nowMs - entry.queuedAtMs > (entry.transaction.queuedMsMax ?? queuedMsMax[entry.priority])) {
      entry.reject(new Refusal("device-timeout", { device: nameOf(entry.slave) }));
      startNext();
      return;
    }
    send(entry, nowMs);
  }

  /** A STOP that arrives during a long pause brings the wake-up forward. */
  function wakeAt(atMs: number): void {
    if (atMs >= wakeAtMs) return;
    cancelWake();
    wakeAtMs = atMs;
    cancelWake = clock.after(Math.ceil(atMs - clock.monoMs()), () => {
      wakeAtMs = Number.POSITIVE_INFINITY;
      startNext();
    });
  }

  function send(entry: Entry<Frame>, nowMs: number): void {
    reader.discardPending();
    const { transaction } = entry;
    const lastMs = nowMs + (transaction.answerMsMax ?? 4 * transaction.timeoutMs);
    const starting: Flight<Frame> = { entry, deadlineMs: nowMs + transaction.timeoutMs, lastMs, cancel: () => {} };
    flight = starting;
    entry.frames = [];
    quietUntilMsMax = Number.NEGATIVE_INFINITY;
    counters.sent++;
    transaction.onSent?.(nowMs);
    armDeadline(starting, transaction.timeoutMs);
    link.write(transaction.bytes).catch((error: unknown) => {
      if (flight !== starting) return;
      land(starting).reject(error instanceof Refusal ? error : downReason());
      startNext();
    });
  }

  /** One timer a transaction: frames only move the deadline, the timer looks again when it fires. */
  function armDeadline(running: Flight<Frame>, afterMs: number): void {
    running.cancel = clock.after(Math.ceil(afterMs), () => {
      if (flight !== running) return;
      const leftMs = Math.min(running.deadlineMs, running.lastMs) - clock.monoMs();
      if (leftMs > 0) armDeadline(running, leftMs);
      else timeOut(running);
    });
  }

  function timeOut(running: Flight<Frame>): void {
    const entry = land(running);
    const nowMs = clock.monoMs();
    counters.timeouts++;
    quietUntilMsMax = nowMs + lateAnswerWaitMsMax;
    watch.begin();
    // Held ourselves, we heard no answer that may well have come.
    const wasHeld = nowMs > Math.min(running.deadlineMs, running.lastMs) + heldMsMax;
    const isQuarantined = !wasHeld && quarantine.failed(entry.slave, nowMs);
    if (entry.retriesLeft > 0 && (!isQuarantined || entry.priority === "stop")) {
      entry.retriesLeft--;
      queues.putBack(entry);
    } else {
      entry.reject(new Refusal("device-timeout", { device: nameOf(entry.slave) }));
    }
    if (isQuarantined) {
      const waitMs = quarantine.waitMs(entry.slave, nowMs);
      const isDropped = (waiting: Waiting) => waiting.slave === entry.slave && waiting.priority !== "stop";
      for (const dropped of queues.remove(isDropped)) {
        dropped.reject(new Refusal("device-quarantined", { device: nameOf(entry.slave), waitMs }));
      }
    }
    startNext();
  }

  /** Whoever of its bytes and its timer came first: what was asked before a hold is asked again. */
  function isTooLate({ entry, deadlineMs, lastMs }: Flight<Frame>): boolean {
    const { lateMsMax } = entry.transaction;
    return lateMsMax !== undefined && clock.monoMs() > Math.min(deadlineMs, lastMs) + lateMsMax;
  }

  function land(running: Flight<Frame>): Entry<Frame> {
    running.cancel();
    flight = null;
    gapUntilMs = clock.monoMs() + gapMs;
    return running.entry;
  }

  function accept(frame: Frame, atMs: number): void {
    for (const listener of frameListeners) listener(frame, atMs);
    const running = flight;
    const match = running?.entry.transaction.matches(frame) ?? "no";
    if (!running || match === "no") {
      counters.unasked++;
      return;
    }
    const { entry } = running;
    if (isTooLate(running)) {
      counters.late++;
      land(running).reject(new Refusal("device-answers-late", { device: nameOf(entry.slave) }));
      startNext();
      return;
    }
    quarantine.answered(entry.slave);
    entry.frames.push(frame);
    if (match === "more" && entry.frames.length < framesPerAnswerMax) {
      running.deadlineMs = atMs + entry.transaction.timeoutMs;
      return;
    }
    counters.answered++;
    land(running).resolve(entry.frames);
    startNext();
  }

  function downReason(): Refusal {
    return link.state.reason ?? new Refusal("link-lost", { address: link.name, detail: "not open yet" });
  }

  link.onBytes(reader.receive);
  link.onState((state) => {
    reader.discardPending();
    if (state.up) {
      quarantine.clear();
      return;
    }
    const reason = downReason();
    if (flight) land(flight).reject(reason);
    for (const entry of queues.remove(() => true)) entry.reject(reason);
  });

  return {
    id: options.id,
    link,
    counters,
    request,
    onFrame(listener) {
      frameListeners.push(listener);
    },
    get waitingCount() {
      return queues.length;
    },
  };
}
