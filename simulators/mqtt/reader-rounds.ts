/** Carries out one order of a networked reader in air time: antenna after antenna, round after round. */
import type { Payload } from "../../firmware-protocols/archive-mqtt/index.ts";
import type { Chance } from "../../src/clock/chance.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { Layer } from "../../src/site/layout.ts";
import type { Air } from "../radio/air.ts";

export type Order = Extract<Payload<"reader-cmd">, { verb: "inventory" }>;

export interface Heard {
  antenna: number;
  roundsOffered: number;
  healthy: boolean;
  fault: string | null;
  tags: { epc: string; roundsAnswered: number; rssiDbm: number }[];
}

/** The parts of a reader that rounds need. */
export interface RoundsBody {
  powerDbm: number;
  clock: Clock;
  chance: Chance;
  air: Air;
  layerOf(port: number): Layer | null;
}

export interface Carrying {
  /** Aborted, or the reader is away. */
  isOver(): boolean;
  faultOf(port: number): string | null;
}

type Reads = Map<string, { rounds: number; sumDbm: number }>;

/** 920.5–924.5 MHz, hopped by round. */
const channels = 16;

/** `then` gets one entry an antenna, in the requested order; it is never called when the order is aborted. */
export function carryOut(
  body: RoundsBody,
  order: Order,
  { isOver, faultOf }: Carrying,
  then: (results: Heard[]) => void,
): void {
  const results: Heard[] = [];
  const visit = (at: number): void => {
    if (isOver()) return;
    const antenna = order.antennas[at];
    if (antenna === undefined) {
      then(results);
      return;
    }
    const fault = faultOf(antenna);
    const layer = body.layerOf(antenna);
    if (fault || !layer) {
      results.push({ antenna, roundsOffered: 0, healthy: false, fault, tags: [] });
      visit(at + 1);
      return;
    }
    const heard: Reads = new Map();
    rounds(body, order, layer, order.rounds, heard, isOver, () => {
      const tags = [...heard].map(([epc, { rounds: answered, sumDbm }]) => ({
        epc,
        roundsAnswered: answered,
        rssiDbm: Math.round((10 * sumDbm) / answered) / 10,
      }));
      results.push({ antenna, roundsOffered: order.rounds, healthy: true, fault: null, tags });
      visit(at + 1);
    });
  };
  visit(0);
}

function rounds(
  body: RoundsBody,
  order: Order,
  layer: Layer,
  left: number,
  heard: Reads,
  isOver: () => boolean,
  then: () => void,
): void {
  const { clock, chance, air } = body;
  if (isOver()) return;
  if (left === 0) {
    then();
    return;
  }
  const powerDbm = order.powerDbm ?? body.powerDbm;
  const channel = chance.below(channels);
  const round = { layer, powerDbm, session: 0, target: "A", channel, atMs: clock.nowMs() } as const;
  const { reads, ms } = air.round(round, chance);
  clock.after(ms, () => {
    for (const { epc, signalDbm } of reads) {
      const known = heard.get(epc) ?? { rounds: 0, sumDbm: 0 };
      heard.set(epc, { rounds: known.rounds + 1, sumDbm: known.sumDbm + signalDbm });
    }
    rounds(body, order, layer, left - 1, heard, isOver, then);
  });
}
