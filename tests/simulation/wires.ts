/** The simulated lines: each process opens its own, and loses them when it dies. */
import type { Twin } from "../../simulators/twin.ts";
import type { Chance } from "../../src/clock/chance.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { ByteLink } from "../../src/devices/links/byte-link.ts";
import { type BadLine, badLine, type LineRates, type LineTap } from "./bad-line.ts";
import type { Side } from "./side.ts";

const calmLine: LineRates = { lost: 0, doubled: 0, late: 0 };

export interface Wires {
  /** Fault rates of each bus, which actors change. */
  readonly rates: ReadonlyMap<string, LineRates>;
  open(busId: string, side: Side, fork: string): ByteLink;
  /** Writes bytes into the twin's end that the gateway did not send. */
  inject(busId: string, bytes: Uint8Array): void;
  /** Cuts all lines of that process. */
  cut(side: Side): void;
}

export function openWires(twin: Twin, clock: Clock, chance: Chance, tap: LineTap): Wires {
  const rates = new Map([...twin.buses.keys()].map((busId) => [busId, { ...calmLine }]));
  const lines = new Map<string, { line: BadLine; side: Side }>();
  for (const [busId, bus] of twin.buses)
    bus.plug = { unplug: () => lines.get(busId)?.line.unplug(), replug: () => lines.get(busId)?.line.replug() };

  return {
    rates,
    open(busId, side, fork) {
      const isPlugged = twin.buses.get(busId)?.isPlugged ?? true;
      const line = badLine({
        twin,
        busId,
        clock,
        chance: chance.fork(`${busId}/${fork}`),
        side,
        rates: rates.get(busId) ?? calmLine,
        tap,
        isPlugged,
      });
      lines.set(busId, { line, side });
      return line.link;
    },
    inject: (busId, bytes) => lines.get(busId)?.line.inject(bytes),
    cut(side) {
      for (const [busId, one] of lines) {
        if (one.side !== side) continue;
        one.line.cut();
        lines.delete(busId);
      }
    },
  };
}
