/** 80, 89, 8A, 8B: rounds take air time; the tags heard are streamed or kept in the buffer. */
import { statusOf } from "../../firmware-protocols/r2000/message.ts";
import type { Tag } from "../../firmware-protocols/r2000/messages/tag-report.ts";
import { rssiRawOf } from "../../firmware-protocols/r2000/signal.ts";
import type { AirRead } from "../radio/air.ts";
import type { Session, Target } from "../radio/session-flags.ts";
import { channelsOf, frequencyIndexOf } from "./r2000-channels.ts";
import { asked, type Exchange, type Handler, layerBefore, powerDbmOf, type R2000, sayStatus } from "./r2000-state.ts";

const antennaMissing = 0x22;
/** FF asks for the shortest round instead of 255 of them. */
const roundsOf = (repeat: number) => (repeat === 0xff ? 1 : Math.max(1, repeat));
/** Session and target that 80, 89 and 8A use; only 8B gives them itself. */
interface Asking {
  session: Session;
  target: Target;
}
const everybody: Asking = { session: 0, target: "A" };

/** The result of one round, and its channel of the band. */
interface Round {
  reads: AirRead[];
  frequencyIndex: number;
}

/** Keeps the reader busy for `ms`, then goes on unless a reset came in between. */
function later(reader: R2000, ms: number, then: () => void): void {
  const { boot } = reader;
  reader.clock.after(ms, () => {
    if (reader.boot === boot && reader.isPowered()) then();
  });
}

/** `rounds` rounds on one antenna, hopping; `onRound` gets each round's reads after its air time. */
function runRounds(
  reader: R2000,
  antenna: number,
  rounds: number,
  asking: Asking,
  onRound: (round: Round) => void,
  onEnd: () => void,
): void {
  const layer = layerBefore(reader, antenna);
  if (rounds === 0 || !layer) {
    onEnd();
    return;
  }
  const { band } = reader.flash;
  const channel = reader.chance.below(channelsOf(band));
  const order = { layer, powerDbm: powerDbmOf(reader, antenna), ...asking, channel, atMs: reader.clock.nowMs() };
  const { reads, ms } = reader.air.round(order, reader.chance);
  later(reader, ms, () => {
    onRound({ reads, frequencyIndex: frequencyIndexOf(band, channel) });
    runRounds(reader, antenna, rounds - 1, asking, onRound, onEnd);
  });
}

function sayTags(exchange: Exchange, antenna: number, { reads, frequencyIndex }: Round): void {
  for (const { epc, signalDbm } of reads) {
    const pc = pcOf(epc);
    const tag: Tag = { kind: "tag", epc, antenna, signalDbm, rssiRaw: rssiRawOf(signalDbm), frequencyIndex, pc };
    exchange.say(tag);
  }
}

/** Tags a second, as reported in the end frames. */
function readRateOf(reader: R2000, startMs: number, totalRead: number): number {
  const seconds = Math.max(1, reader.clock.nowMs() - startMs) / 1000;
  return Math.min(0xffff, Math.round(totalRead / seconds));
}

/** Protocol control word of a plain EPC: its length in words. */
export function pcOf(epc: string): number {
  return (epc.length / 4) << 11;
}

/** 80: rounds on the working antenna go into the buffer; one answer at the end. */
export const inventoryToBuffer: Handler = (exchange) => {
  const request = asked(exchange, "inventory");
  if (!request) return false;
  const { reader } = exchange;
  const antenna = reader.workAntenna;
  if (!layerBefore(reader, antenna)) return sayStatus(exchange, antennaMissing);
  const startMs = reader.clock.nowMs();
  let totalRead = 0;
  reader.isBusy = true;
  const keep = ({ reads, frequencyIndex }: Round) => {
    totalRead += reads.length;
    for (const read of reads) {
      const known = reader.buffer.get(read.epc);
      const count = Math.min(255, (known?.count ?? 0) + 1);
      reader.buffer.set(read.epc, { ...read, antenna, frequencyIndex, count });
    }
  };
  runRounds(reader, antenna, roundsOf(request.repeat), everybody, keep, () => {
    reader.isBusy = false;
    const readRate = readRateOf(reader, startMs, totalRead);
    exchange.say({ kind: "inventory-summary", antenna, tagCount: reader.buffer.size, readRate, totalRead });
  });
  return true;
};

/** 89 and 8B: tags as they are heard, then the end frame. */
export const realTimeInventory: Handler = (exchange) => {
  const inSession = asked(exchange, "session-inventory");
  const request = inSession ?? asked(exchange, "real-time-inventory");
  if (!request) return false;
  const asking = inSession ? { session: inSession.session, target: inSession.target } : everybody;
  const { reader } = exchange;
  const antenna = reader.workAntenna;
  if (!layerBefore(reader, antenna)) return sayStatus(exchange, antennaMissing);
  const startMs = reader.clock.nowMs();
  let totalRead = 0;
  reader.isBusy = true;
  const tell = (round: Round) => {
    totalRead += round.reads.length;
    sayTags(exchange, antenna, round);
  };
  runRounds(reader, antenna, roundsOf(request.repeat), asking, tell, () => {
    reader.isBusy = false;
    exchange.say({ kind: "inventory-end", antenna, readRate: readRateOf(reader, startMs, totalRead), totalRead });
  });
  return true;
};

/** 8A: one antenna after the other; a missing one is reported and the pass goes on. */
export const fastSwitch: Handler = (exchange) => {
  const request = asked(exchange, "fast-switch");
  if (!request) return false;
  const { reader } = exchange;
  const stays = request.stays.filter((stay) => stay.antenna !== null && stay.rounds > 0);
  const visits = Array.from({ length: Math.max(1, request.repeat) }, () => stays).flat();
  const startMs = reader.clock.nowMs();
  let totalRead = 0;
  reader.isBusy = true;
  const visit = (at: number): void => {
    const stay = visits[at];
    if (!stay || stay.antenna === null) {
      reader.isBusy = false;
      const durationMs = Math.round(reader.clock.nowMs() - startMs);
      exchange.say({ kind: "fast-switch-end", totalRead: totalRead & 0xffffff, durationMs, totalReadBytes: 3 });
      return;
    }
    const { antenna, rounds } = stay;
    if (!layerBefore(reader, antenna))
      exchange.say({ kind: "antenna-error", antenna, status: statusOf(antennaMissing) });
    const tell = (round: Round) => {
      totalRead += round.reads.length;
      sayTags(exchange, antenna, round);
    };
    runRounds(reader, antenna, rounds, everybody, tell, () => later(reader, request.intervalMs, () => visit(at + 1)));
  };
  visit(0);
  return true;
};
