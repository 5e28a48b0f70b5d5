/**
 * An R2000 reader. Readers on one pair of wires are asked polled and buffered (80, then 90: only one may talk, D13); one on a
 * link of its own real-time (89). Either way a round offered is a round asked for, and `count` is the rounds a tag answered.
 */

import type { R2000Frame } from "../../../../firmware-protocols/r2000/index.ts";
import { decodeReply } from "../../../../firmware-protocols/r2000/index.ts";
import type { Clock } from "../../../clock/clock.ts";
import { Refusal } from "../../../contract/errors.ts";
import type { DeviceHealth, InventoryRequest, ReaderPort } from "../../../contract/ports.ts";
import type { AntennaCoverage, Sighting } from "../../../contract/sighting.ts";
import type { Bus } from "../../bus/bus.ts";
import { type AskedAntenna, coverageOf } from "../antenna-coverage.ts";
import { type HealthBook, type HealthListener, healthBook } from "../health.ts";
import { faultIn, faultOf, sightingsOf } from "./answers.ts";
import { antennaHealth } from "./antenna-health.ts";
import { askBuffered, askRealTime } from "./ask-rounds.ts";
import { type KeptReady, keepReady, portsPerBank } from "./keep-ready.ts";
import { r2000Unit } from "./r2000-unit.ts";

export interface R2000ReaderOptions {
  readerId: string;
  address: number;
  antennaCount: number;
  powerDbm: number | null;
  bus: Bus<R2000Frame>;
  /** Other readers share the bus: never stream. */
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
const watchMs = 5000;

export function r2000Reader(options: R2000ReaderOptions): DriverReader {
  const { readerId, antennaCount, bus, clock } = options;
  const unit = r2000Unit(bus, options.address, readerId);
  const health = healthBook(readerId, "reader", clock, options.onHealth);
  const antennas = antennaHealth(health);
  const kept = keepReady(unit, { ...options, onReady: antennas.ready });
  const listeners: ((sighting: Sighting) => void)[] = [];
  let isClosed = false;
  /** Inventories and start-ups run one at a time, each after the one before. */
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  }

  function fail(error: unknown): string {
    const fault = faultOf(error);
    if (fault === "preempted" || fault === "bus-full") return fault;
    kept.lost();
    health.down(error);
    return fault;
  }

  function listen(sighting: Sighting): void {
    for (const listener of listeners) listener(sighting);
  }

  async function askAntenna(asked: AskedAntenna): Promise<AntennaCoverage> {
    const { antenna, rounds } = asked;
    // Set each time: a reader that restarted unnoticed would answer for ports 1–8 instead of 9–16.
    await kept.selectBankOf(antenna);
    await unit.tell({ kind: "set-work-antenna", value: (antenna - 1) % portsPerBank });
    const replies = await (options.isShared ? askBuffered(unit, rounds) : askRealTime(unit, rounds));
    const fault = faultIn(replies, asked);
    if (fault?.name === "mcu-reset") kept.lost();
    antennas.judge(antenna, fault?.reason ?? null);
    if (fault) return coverageOf(asked, fault.name);
    const sightings = sightingsOf(replies, asked, clock.nowMs());
    if (options.isShared) for (const sighting of sightings) listen(sighting);
    return coverageOf(asked, null, sightings);
  }

  async function* inventory(request: InventoryRequest) {
    const rounds = Math.max(1, Math.min(roundsMax, request.roundsEach));
    let isFirst = true;
    for (const antenna of request.antennas) {
      const step = isFirst ? kept.checkReady : () => (kept.isReady ? Promise.resolve() : kept.makeReady());
      isFirst = false;
      yield await inTurn(async () => {
        const asked = { readerId, antenna, rounds };
        if (antenna < 1 || antenna > antennaCount) return coverageOf({ ...asked, rounds: 0 }, "antenna-out-of-range");
        try {
          await step();
          return await askAntenna(asked);
        } catch (error) {
          return coverageOf(asked, fail(error));
        }
      });
    }
  }

  tellRealTime(options, { isClosed: () => isClosed, bank: () => kept.bank, listen });
  const watch = watchIdle(options, { kept, health, isClosed: () => isClosed, look: () => inTurn(look).catch(fail) });
  async function look(): Promise<void> {
    if (kept.isReady) await unit.ask({ kind: "get-temperature" }, { retries: 1 });
    else await kept.makeReady();
  }

  return {
    ...{ readerId, antennaCount, inventory },
    onSighting: (listener) => void listeners.push(listener),
    health: () => health.current,
    close() {
      isClosed = true;
      watch.close();
    },
  };
}

/** Passes real-time tags on as they come, whether requested or not. */
function tellRealTime(
  { readerId, address, bus }: R2000ReaderOptions,
  to: { isClosed(): boolean; bank(): number; listen(sighting: Sighting): void },
): void {
  bus.onFrame((frame, atMs) => {
    if (frame.command < 0x89 || frame.command > 0x8b || frame.address !== address || to.isClosed()) return;
    const reply = decodeReply(frame);
    if (reply.kind !== "tag") return;
    const { epc, signalDbm } = reply;
    to.listen({ epc, readerId, antenna: reply.antenna + 1 + to.bank() * portsPerBank, signalDbm, atMs, count: 1 });
  });
}

interface Watched {
  kept: KeptReady;
  health: HealthBook;
  isClosed(): boolean;
  /** Never rejects. */
  look(): Promise<unknown>;
}

/** Makes the reader ready when its link comes up, and checks it while idle: readers have no keep-alive of their own. */
function watchIdle({ bus, clock }: R2000ReaderOptions, { kept, health, isClosed, look }: Watched): { close(): void } {
  let cancel = () => {};

  function watch(): void {
    void look().then(() => {
      if (!isClosed()) cancel = clock.after(watchMs, watch);
    });
  }

  bus.link.onState((state) => {
    kept.lost();
    if (isClosed()) return;
    if (!state.up) {
      health.down(state.reason ?? new Refusal("link-lost", { address: bus.link.name, detail: "closed" }));
      return;
    }
    cancel();
    cancel = clock.after(0, watch);
  });
  return { close: () => cancel() };
}
