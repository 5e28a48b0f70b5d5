/** A bus in memory between one process of the gateway and the twin, with late, lost and doubled pieces, and a tap. */
import type { Twin } from "../../simulators/twin.ts";
import type { Chance } from "../../src/clock/chance.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { ByteLink } from "../../src/devices/links/byte-link.ts";
import { type MemoryEnd, memoryLine } from "../../src/devices/links/memory.ts";
import type { Side } from "./side.ts";

/** Probabilities for each piece that is written at once, in either direction. */
export interface LineRates {
  lost: number;
  doubled: number;
  late: number;
}

export interface LineTap {
  /** The gateway wrote bytes; called before anything can happen to them. */
  sent(busId: string, bytes: Uint8Array): void;
  /** Bytes reached the gateway's end. */
  heard(busId: string, bytes: Uint8Array): void;
  /** The gateway's end opened or was lost. */
  link(busId: string, isUp: boolean): void;
}

export interface BadLine {
  link: ByteLink;
  unplug(): void;
  replug(): void;
  /** Writes bytes into the twin's end that the gateway did not send: an old frame that comes again. */
  inject(bytes: Uint8Array): void;
  cut(): void;
}

const usualMsMax = 3;
const lateMsMax = 250;

export interface BadLineOptions {
  twin: Twin;
  busId: string;
  clock: Clock;
  chance: Chance;
  /** The process at the gateway's end. */
  side: Side;
  rates: LineRates;
  tap: LineTap;
  isPlugged: boolean;
}

export function badLine(options: BadLineOptions): BadLine {
  const { twin, busId, clock, side, tap } = options;
  const { near, far } = memoryLine({ clock, name: busId });
  let isCut = false;
  let toTwin: (bytes: Uint8Array) => void = () => {};
  const inward = delayed(options, options.chance.fork("in"), (bytes) => toTwin(bytes));
  const outward = delayed(options, options.chance.fork("out"), (bytes) => {
    if (far.isOpen && !isCut) void far.write(bytes);
  });

  void far.open();
  far.onBytes(inward);
  const detach = twin.attach(busId, {
    write: outward,
    onBytes: (fn) => {
      toTwin = fn;
    },
  });
  if (!options.isPlugged) near.unplug();

  return {
    link: gatewayEnd(near),
    unplug() {
      near.unplug();
    },
    replug() {
      near.replug();
      void far.open();
    },
    inject: (bytes) => toTwin(bytes),
    cut() {
      isCut = true;
      void near.close();
      void far.close();
      // Bytes that a gateway sent before it died still arrive.
      clock.after(2 * lateMsMax, detach);
    },
  };

  function gatewayEnd(end: MemoryEnd): ByteLink {
    return {
      name: end.name,
      get isOpen() {
        return end.isOpen;
      },
      async open() {
        if (side.isOver) return new Promise(() => {});
        await end.open();
        tap.link(busId, true);
      },
      close() {
        if (end.isOpen) tap.link(busId, false);
        return end.close();
      },
      write(bytes) {
        if (side.isOver) return new Promise(() => {});
        tap.sent(busId, bytes);
        return end.write(bytes);
      },
      onBytes: (listener) =>
        end.onBytes((bytes) =>
          side.enter(() => {
            tap.heard(busId, bytes);
            listener(bytes);
          }),
        ),
      onDown: (listener) =>
        end.onDown((reason) => {
          tap.link(busId, false);
          side.enter(() => listener(reason));
        }),
    };
  }
}

/** Keeps the order of one direction, as a wire does. */
function delayed(
  { clock, rates }: BadLineOptions,
  chance: Chance,
  deliver: (bytes: Uint8Array) => void,
): (bytes: Uint8Array) => void {
  let freeAtMs = 0;
  const plan = (bytes: Uint8Array, delayMs: number) => {
    freeAtMs = Math.max(freeAtMs, clock.nowMs() + delayMs);
    clock.after(freeAtMs - clock.nowMs(), () => deliver(bytes));
  };
  return (bytes) => {
    const isLate = chance.next() < rates.late;
    const isLost = chance.next() < rates.lost;
    const isDoubled = chance.next() < rates.doubled;
    const delayMs = chance.below(isLate ? lateMsMax : usualMsMax);
    if (!isLost) plan(bytes, delayMs);
    if (isDoubled) plan(bytes, delayMs + chance.below(lateMsMax));
  };
}
