/**
 * An R2000 reader. Where readers share a pair it asks polled and buffered (80, then 90: only one may talk, D13); on a link
 * of its own real-time (89). Either way a round offered is a round asked for, and `count` is the rounds a tag answered.
 */

import type { R2000Frame, Reply } from "../../../firmware-protocols/r2000/index.ts";
import { decodeReply } from "../../../firmware-protocols/r2000/index.ts";
import type { Clock } from "../../clock/clock.ts";
import { Refusal } from "../../contract/errors.ts";
import type { DeviceHealth, InventoryRequest, ReaderPort } from "../../contract/ports.ts";
import type { AntennaCoverage, Sighting } from "../../contract/sighting.ts";
import type { Bus } from "../bus/bus.ts";
import { type HealthListener, healthBook } from "./health.ts";
import { r2000Unit } from "./r2000-unit.ts";

export interface R2000ReaderOptions {
  readerId: string;
  address: number;
  antennaCount: number;
  powerDbm: number | null;
  bus: Bus<R2000Frame>;
  /** Other readers hang on the same bus: never stream. */
  isShared: boolean;
  clock: Clock;
  onHealth: HealthListener;
}

export interface DriverReader extends ReaderPort {
  health(): DeviceHealth;
  close(): void;
}

/** Longer inventories would hold the bus for too long; the caller asks again. */
export const roundsMax = 100;
/** Idle readers have no keep-alive of their own. */
const watchMs = 5000;
const portsPerBank = 8;

export function r2000Reader(options: R2000ReaderOptions): DriverReader {
  const { readerId, bus, clock } = options;
  const unit = r2000Unit(bus, options.address, readerId);
  const health = healthBook(readerId, "reader", clock, options.onHealth);
  const listeners: ((sighting: Sighting) => void)[] = [];
  let isReady = false;
  let isClosed = false;
  let bank = 0;
  let version: string | null = null;
  const faultyAntennas = new Map<number, Refusal>();
  let cancelWatch = () => {};
  /** One inventory or start-up at a time; each step waits for the one before. */
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  }

  /** Everything a restart forgets: temporary power, bank, buffer. Flash is never written (76 takes 100 ms and wears out). */
  async function makeReady(): Promise<void> {
    const [firmware] = await unit.ask({ kind: "get-firmware-version" }, { retries: 1 });
    if (firmware?.kind !== "firmware-version") {
      throw new Refusal("device-wrong-answer", { device: readerId, detail: "no firmware version" });
    }
    if (options.powerDbm !== null) await unit.tell({ kind: "set-temporary-power", value: options.powerDbm });
    await selectBank(0);
    const [temperature] = await unit.ask({ kind: "get-temperature" }, { retries: 1 });
    const celsius = temperature?.kind === "temperature" ? `, ${temperature.celsius} °C` : "";
    isReady = true;
    version = `V${firmware.major}.${firmware.minor}${celsius}`;
    faultyAntennas.clear();
    health.up(version);
  }

  async function selectBank(wanted: number): Promise<void> {
    if (options.antennaCount > portsPerBank) await unit.tell({ kind: "set-antenna-bank", value: wanted * 0x10 });
    bank = wanted;
  }

  /** A reader that lost its temporary power has restarted since. */
  async function checkReady(): Promise<void> {
    if (isReady && options.powerDbm !== null) {
      const [power] = await unit.ask({ kind: "get-output-power" }, { retries: 1 });
      if (power?.kind === "output-power" && power.powersDbm.some((dbm) => dbm !== options.powerDbm)) isReady = false;
    }
    if (!isReady) await makeReady();
  }

  function fail(error: unknown): string {
    const fault = error instanceof Refusal ? (faultByCode[error.code] ?? error.code) : "internal";
    if (fault === "preempted" || fault === "bus-full") return fault;
    isReady = false;
    health.down(error);
    return fault;
  }

  /** One bad antenna makes the reader degraded until each has answered well again. */
  function judgeAntenna(antenna: number, reason: Refusal | null): void {
    if (reason) faultyAntennas.set(antenna, reason);
    else faultyAntennas.delete(antenna);
    const [first] = faultyAntennas.values();
    if (first) health.degraded(first);
    else health.up(version);
  }

  function listen(sighting: Sighting): void {
    for (const listener of listeners) listener(sighting);
  }

  async function askAntenna(antenna: number, rounds: number): Promise<AntennaCoverage> {
    // The bank is set each time: a reader that restarted unseen would answer for ports 1–8 instead of 9–16.
    await selectBank(Math.floor((antenna - 1) / portsPerBank));
    await unit.tell({ kind: "set-work-antenna", value: (antenna - 1) % portsPerBank });
    const replies = options.isShared ? await askBuffered(rounds) : await askRealTime(rounds);
    const status = replies.find((reply) => reply.kind === "status");
    if (status?.kind === "status" && status.outcome === "error") {
      const reason =
        status.name === "antenna-missing"
          ? new Refusal("device-antenna-missing", { device: readerId, antenna })
          : new Refusal("device-refused", { device: readerId, detail: status.name });
      if (status.name === "mcu-reset") isReady = false;
      judgeAntenna(antenna, reason);
      return coverage(antenna, rounds, status.name);
    }
    judgeAntenna(antenna, null);
    return coverage(antenna, rounds, null, sightingsOf(replies, antenna, rounds));
  }

  /** The reader keeps silent for all its rounds, then ends with 36 or the end frame. */
  async function askBuffered(rounds: number): Promise<Reply[]> {
    await unit.tell({ kind: "clear-buffer" });
    const timeoutMs = 1000 + rounds * 600;
    const [summary] = await unit.ask({ kind: "inventory", repeat: rounds }, { timeoutMs });
    if (summary?.kind !== "inventory-summary" || summary.tagCount === 0) return summary ? [summary] : [];
    // A damaged frame loses no tag: the buffer still has it.
    const read = () => unit.ask({ kind: "get-buffer" }, { answerMsMax: 10_000 });
    return read().catch((error: unknown) => {
      if (error instanceof Refusal && error.code === "device-timeout") return read();
      throw error;
    });
  }

  function askRealTime(rounds: number): Promise<Reply[]> {
    const limits = { timeoutMs: 600 + rounds * 150, answerMsMax: 2000 + rounds * 1500 };
    return unit.ask({ kind: "real-time-inventory", repeat: rounds }, limits);
  }

  function sightingsOf(replies: readonly Reply[], antenna: number, rounds: number): Sighting[] {
    const atMs = clock.nowMs();
    const byEpc = new Map<string, { sighting: Sighting; sumDbm: number; reads: number }>();
    for (const reply of replies) {
      if (reply.kind !== "tag" && reply.kind !== "buffered-tag") continue;
      // Some firmware leaves the tag's CRC empty; one that is there and wrong means a damaged EPC.
      if (reply.kind === "buffered-tag" && !reply.crcOk && reply.crc !== 0) continue;
      const count = reply.kind === "tag" ? 1 : reply.readCount;
      const known = byEpc.get(reply.epc);
      if (known) {
        known.reads++;
        known.sumDbm += reply.signalDbm;
        known.sighting.count = Math.min(rounds, known.sighting.count + count);
        known.sighting.signalDbm = Math.round((10 * known.sumDbm) / known.reads) / 10;
        continue;
      }
      const sighting = {
        epc: reply.epc,
        readerId,
        antenna,
        signalDbm: reply.signalDbm,
        atMs,
        count: Math.min(rounds, count),
      };
      byEpc.set(reply.epc, { sighting, sumDbm: reply.signalDbm, reads: 1 });
    }
    const sightings = [...byEpc.values()].map(({ sighting }) => sighting);
    if (options.isShared) for (const sighting of sightings) listen(sighting);
    return sightings;
  }

  function coverage(
    antenna: number,
    rounds: number,
    fault: string | null,
    sightings: Sighting[] = [],
  ): AntennaCoverage {
    return { readerId, antenna, roundsOffered: rounds, healthy: fault === null, fault, sightings };
  }

  /** Real-time tags are told as they come, asked for or not. */
  bus.onFrame((frame, atMs) => {
    if (frame.command < 0x89 || frame.command > 0x8b || frame.address !== options.address || isClosed) return;
    const reply = decodeReply(frame);
    if (reply.kind !== "tag") return;
    const { epc, signalDbm } = reply;
    listen({ epc, readerId, antenna: reply.antenna + 1 + bank * portsPerBank, signalDbm, atMs, count: 1 });
  });

  function watch(): void {
    inTurn(async () => {
      if (isReady) await unit.ask({ kind: "get-temperature" }, { retries: 1 });
      else await makeReady();
    })
      .catch(fail)
      .then(() => {
        if (!isClosed) cancelWatch = clock.after(watchMs, watch);
      });
  }

  bus.link.onState((state) => {
    isReady = false;
    if (isClosed) return;
    if (!state.up) {
      health.down(state.reason ?? new Refusal("link-lost", { address: bus.link.name, detail: "closed" }));
      return;
    }
    cancelWatch();
    cancelWatch = clock.after(0, watch);
  });

  return {
    readerId,
    antennaCount: options.antennaCount,
    async *inventory(request: InventoryRequest) {
      const rounds = Math.max(1, Math.min(roundsMax, request.roundsEach));
      let isFirst = true;
      for (const antenna of request.antennas) {
        const step = isFirst ? checkReady : () => (isReady ? Promise.resolve() : makeReady());
        isFirst = false;
        yield await inTurn(async () => {
          if (antenna < 1 || antenna > options.antennaCount) return coverage(antenna, 0, "antenna-out-of-range");
          try {
            await step();
            return await askAntenna(antenna, rounds);
          } catch (error) {
            return coverage(antenna, rounds, fail(error));
          }
        });
      }
    },
    onSighting: (listener) => void listeners.push(listener),
    health: () => health.current,
    close() {
      isClosed = true;
      cancelWatch();
    },
  };
}

const faultByCode: Partial<Record<string, string>> = {
  "device-timeout": "timeout",
  "device-quarantined": "quarantined",
  "link-lost": "link-down",
  "link-refused": "link-down",
  "link-timeout": "link-down",
  "port-not-found": "link-down",
  "port-in-use": "link-down",
  "port-no-permission": "link-down",
  "bus-preempted": "preempted",
  "bus-full": "bus-full",
  "device-refused": "refused",
};
