/** The state of an R2000 reader, and the antennas and devices that it uses. */

import type { decodeRequest } from "../../firmware-protocols/r2000/decode.ts";
import { encodeReply } from "../../firmware-protocols/r2000/decode.ts";
import { buildFrame } from "../../firmware-protocols/r2000/frame.ts";
import { statusOf } from "../../firmware-protocols/r2000/message.ts";
import type { Band } from "../../firmware-protocols/r2000/messages/region.ts";
import type { Reply, Request } from "../../firmware-protocols/r2000/table.ts";
import type { Chance } from "../../src/clock/chance.ts";
import type { Clock } from "../../src/clock/clock.ts";
import type { Layer } from "../../src/site/layout.ts";
import type { Air, AirRead } from "../radio/air.ts";

export type PortCount = 1 | 4 | 8 | 16;

export interface BufferEntry extends AirRead {
  /** 0-based within its bank. */
  antenna: number;
  /** That of the last read. */
  frequencyIndex: number;
  count: number;
}

/** Survives a reset, as flash does. */
export interface R2000Flash {
  address: number;
  baud: number;
  /** One for all, or one an antenna. */
  powersDbm: number[];
  linkProfile: number;
  beeper: number;
  detectorDb: number;
  band: Band;
  identifier: Uint8Array;
}

export interface R2000 {
  readonly id: string;
  readonly ports: PortCount;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly air: Air;
  /** The layer in front of a 1-based port; null = no antenna connected. */
  layerOf(port: number): Layer | null;
  isPowered(): boolean;
  flash: R2000Flash;
  temporaryDbm: number | null;
  /** 0-based within the bank. */
  workAntenna: number;
  /** 0 = ports 1–8, 8 = ports 9–16. */
  bankOffset: number;
  gpioHigh: Map<number, boolean>;
  epcMatch: string | null;
  buffer: Map<string, BufferEntry>;
  /** While an inventory runs, all commands but reset are ignored. */
  isBusy: boolean;
  /** Grows with every reset: work begun before it is dropped. */
  boot: number;
  awakeAtMs: number;
  /** Faults, 1-based ports. */
  missingPorts: Set<number>;
  isMute: boolean;
}

/** One command and the means to answer it. The first handler that answers wins. */
export interface Exchange {
  reader: R2000;
  request: ReturnType<typeof decodeRequest>;
  command: number;
  say(reply: Reply): void;
  sayBytes(payload: Uint8Array): void;
}

/** True = answered (or deliberately silent). */
export type Handler = (exchange: Exchange) => boolean;

export const bootMs = 500;

export function newR2000(
  outside: Pick<R2000, "id" | "ports" | "clock" | "chance" | "air" | "layerOf" | "isPowered">,
  settings: { address: number; powerDbm: number; baud: number },
): R2000 {
  return {
    ...outside,
    flash: {
      address: settings.address,
      baud: settings.baud,
      powersDbm: [settings.powerDbm],
      linkProfile: 0xd1,
      beeper: 0,
      detectorDb: 0,
      band: { standard: "CHN", startIndex: 43, endIndex: 53 },
      identifier: new Uint8Array(12),
    },
    temporaryDbm: null,
    workAntenna: 0,
    bankOffset: 0,
    gpioHigh: new Map(),
    epcMatch: null,
    buffer: new Map(),
    isBusy: false,
    boot: 0,
    awakeAtMs: 0,
    missingPorts: new Set(),
    isMute: false,
  };
}

/** Back to the content of flash; ignores commands while it boots. */
export function restart(reader: R2000): void {
  reader.boot++;
  reader.temporaryDbm = null;
  reader.workAntenna = 0;
  reader.bankOffset = 0;
  reader.epcMatch = null;
  reader.buffer.clear();
  reader.isBusy = false;
  reader.awakeAtMs = reader.clock.nowMs() + bootMs;
}

export function powerDbmOf(reader: R2000, antenna: number): number {
  const { powersDbm } = reader.flash;
  return reader.temporaryDbm ?? powersDbm[antenna] ?? (powersDbm[0] as number);
}

/** Antennas a bank has: a 16-port reader shows 8 at a time. */
export function bankSize(reader: R2000): number {
  return Math.min(reader.ports, 8);
}

/** The layer in front of an antenna of the current bank, or null when none is connected there. */
export function layerBefore(reader: R2000, antenna: number): Layer | null {
  const port = reader.bankOffset + antenna + 1;
  if (antenna >= bankSize(reader) || reader.missingPorts.has(port)) return null;
  return reader.layerOf(port);
}

export function exchangeOf(
  reader: R2000,
  command: number,
  request: Exchange["request"],
  send: (bytes: Uint8Array) => void,
): Exchange {
  const { address } = reader.flash;
  const { boot } = reader;
  const guarded = (bytes: Uint8Array) => {
    if (reader.boot === boot && reader.isPowered() && !reader.isMute) send(bytes);
  };
  return {
    reader,
    request,
    command,
    say: (reply) => guarded(encodeReply(address, command, reply)),
    sayBytes: (payload) => guarded(buildFrame(address, command, payload)),
  };
}

/** Answers with a one-byte code: 10h = success. */
export function sayStatus(exchange: Exchange, code: number): boolean {
  exchange.say(statusOf(code));
  return true;
}

/** Returns the request if it is of that kind. */
export function asked<Kind extends Request["kind"]>(
  exchange: Exchange,
  kind: Kind,
): Extract<Request, { kind: Kind }> | null {
  return exchange.request.kind === kind ? (exchange.request as Extract<Request, { kind: Kind }>) : null;
}
