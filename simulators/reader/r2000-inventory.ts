/** 80, 89, 8A, 8B: rounds take air time; what they hear is streamed or kept in the buffer. */
import { statusOf } from "../../firmware-protocols/r2000/message.ts";
import type { Tag } from "../../firmware-protocols/r2000/messages/tag-report.ts";
import { rssiRawOf } from "../../firmware-protocols/r2000/signal.ts";
import type { AirRead } from "../radio/air.ts";
import { asked, type Exchange, type Handler, layerBefore, powerDbmOf, type R2000, sayStatus } from "./r2000-state.ts";

const antennaMissing = 0x22;
/** FF asks for the shortest round instead of 255 of them. */
const roundsOf = (repeat: number) => (repeat === 0xff ? 1 : Math.max(1, repeat));
/** 920.5–924.5 MHz, hopped by round: the Chinese band in the reader's table. */
const frequencyIndex = (reader: R2000) => 44 + reader.chance.below(9);

/** Holds the reader for `ms`, then goes on unless a reset came between. */
function later(reader: R2000, ms: number, then: () => void): void {
  const { boot } = reader;
  reader.clock.after(ms, () => {
    if (reader.boot === boot && reader.isPowered()) then();
  });
}

/** `rounds` rounds on one antenna; `onRound` gets each round's reads after its air time. */
function runRounds(
  reader: R2000,
  antenna: number,
  rounds: number,
  onRound: (reads: AirRead[]) => void,
  onEnd: () => void,
): void {
  const layer = layerBefore(reader, antenna);
  if (rounds === 0 || !layer) {
    onEnd();
    return;
  }
  const reads = reader.air.round(layer, powerDbmOf(reader, antenna), reader.chance);
  later(reader, reader.air.roundMs(reads.length), () => {
    onRound(reads);
    runRounds(reader, antenna, rounds - 1, onRound, onEnd);
  });
}

function sayTags(exchange: Exchange, antenna: number, reads: readonly AirRead[]): void {
  const index = frequencyIndex(exchange.reader);
  for (const { epc, signalDbm } of reads) {
    const tag: Tag = {
      kind: "tag",
      epc,
      antenna,
      signalDbm,
      rssiRaw: rssiRawOf(signalDbm),
      frequencyIndex: index,
      pc: pcOf(epc),
    };
    exchange.say(tag);
  }
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
  const keep = (reads: AirRead[]) => {
    totalRead += reads.length;
    for (const read of reads) {
      const known = reader.buffer.get(read.epc);
      reader.buffer.set(read.epc, { ...read, antenna, count: Math.min(255, (known?.count ?? 0) + 1) });
    }
  };
  runRounds(reader, antenna, roundsOf(request.repeat), keep, () => {
    reader.isBusy = false;
    const seconds = Math.max(1, reader.clock.nowMs() - startMs) / 1000;
    exchange.say({
      kind: "inventory-summary",
      antenna,
      tagCount: reader.buffer.size,
      readRate: Math.min(0xffff, Math.round(totalRead / seconds)),
      totalRead,
    });
  });
  return true;
};

/** 89 and 8B: tags as they are heard, then the end frame. */
export const realTimeInventory: Handler = (exchange) => {
  const request = asked(exchange, "real-time-inventory") ?? asked(exchange, "session-inventory");
  if (!request) return false;
  const { reader } = exchange;
  const antenna = reader.workAntenna;
  if (!layerBefore(reader, antenna)) return sayStatus(exchange, antennaMissing);
  const startMs = reader.clock.nowMs();
  let totalRead = 0;
  reader.isBusy = true;
  const tell = (reads: AirRead[]) => {
    totalRead += reads.length;
    sayTags(exchange, antenna, reads);
  };
  runRounds(reader, antenna, roundsOf(request.repeat), tell, () => {
    reader.isBusy = false;
    const seconds = Math.max(1, reader.clock.nowMs() - startMs) / 1000;
    const readRate = Math.min(0xffff, Math.round(totalRead / seconds));
    exchange.say({ kind: "inventory-end", antenna, readRate, totalRead });
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
      const durationMs = reader.clock.nowMs() - startMs;
      exchange.say({ kind: "fast-switch-end", totalRead: totalRead & 0xffffff, durationMs, totalReadBytes: 3 });
      return;
    }
    const { antenna, rounds } = stay;
    if (!layerBefore(reader, antenna))
      exchange.say({ kind: "antenna-error", antenna, status: statusOf(antennaMissing) });
    const tell = (reads: AirRead[]) => {
      totalRead += reads.length;
      sayTags(exchange, antenna, reads);
    };
    runRounds(reader, antenna, rounds, tell, () => later(reader, request.intervalMs, () => visit(at + 1)));
  };
  visit(0);
  return true;
};
