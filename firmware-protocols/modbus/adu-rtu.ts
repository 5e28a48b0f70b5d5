import {
  createStreamParser,
  silenceMs as lineSilenceMs,
  notAFrame,
  type StreamParser,
  undecided,
} from "../framing/stream-parser.ts";
import type { ModbusAdu } from "./adu.ts";
import { crc16, hasValidCrc } from "./crc16.ts";

/** Address, PDU and CRC: most bytes of one frame (MODBUS over Serial Line V1.02 §2.3). */
export const rtuBytesMax = 256;

/** `unit pdu… crcLo crcHi` */
export function encodeRtu(unit: number, pdu: Uint8Array): Uint8Array {
  if (!Number.isInteger(unit) || unit < 0 || unit > 255) throw new RangeError(`unit ${unit} does not fit one byte`);
  if (pdu.length < 1 || pdu.length > rtuBytesMax - 3) throw new RangeError(`a PDU of ${pdu.length} bytes does not fit`);
  const bytes = new Uint8Array(pdu.length + 3);
  bytes[0] = unit;
  bytes.set(pdu, 1);
  const crc = crc16(bytes, 0, pdu.length + 1);
  bytes[pdu.length + 1] = crc & 0xff;
  bytes[pdu.length + 2] = crc >>> 8;
  return bytes;
}

/**
 * Silence that ends a frame on a real line: 3.5 characters of 11 bits, fixed at 1.75 ms from 19 200 baud up
 * (MODBUS over Serial Line V1.02 §2.5.1.1). Too short a wait behind USB adapters, ptys and serial servers, which pause inside a frame.
 */
export function rtuSilenceMs(baud: number): number {
  return baud >= 19_200 ? 1.75 : (3.5 * 11 * 1000) / baud;
}

/** Frame lengths of the public functions that we do not serve: they must be answered with exception 1, so they must be framed. */
const foreignRequestBytes = new Map([
  [7, 4],
  [8, 8],
  [11, 4],
  [12, 4],
  [17, 4],
  [22, 10],
  [24, 6],
  [43, 7],
]);

/** Length by the function code; `undecided` while the bytes do not tell. */
type LengthRule = (buffer: Uint8Array, at: number, end: number, silent: boolean) => number;

const requestLength: LengthRule = (buffer, at, end, silent) => {
  const fn = buffer[at + 1] as number;
  if (fn === 0 || fn > 0x7f) return notAFrame;
  if (fn <= 6) return 8;
  const counted = fn === 15 || fn === 16 ? 6 : fn === 23 ? 10 : fn === 20 || fn === 21 ? 2 : 0;
  if (counted > 0) return end - at > counted ? counted + 3 + (buffer[at + counted] as number) : undecided;
  // An undocumented function: only silence shows its end.
  return foreignRequestBytes.get(fn) ?? (silent ? end - at : undecided);
};

const responseLength: LengthRule = (buffer, at, end) => {
  const fn = buffer[at + 1] as number;
  if (fn > 0x80) return 5;
  if (fn === 5 || fn === 6 || fn === 15 || fn === 16) return 8;
  if (fn < 1 || fn > 4) return notAFrame;
  if (end - at < 3) return undecided;
  const byteCount = buffer[at + 2] as number;
  return byteCount === 0 || byteCount > 250 || (fn > 2 && byteCount % 2 === 1) ? notAFrame : 5 + byteCount;
};

function createRtuParser(lengthOf: LengthRule, silenceMs: number): StreamParser<ModbusAdu> {
  return createStreamParser<ModbusAdu>({
    pendingBytesMax: rtuBytesMax,
    silenceMs,
    measure(buffer, at, end, silent) {
      if (end - at < 2) return undecided;
      const length = lengthOf(buffer, at, end, silent);
      if (length === undecided || length === notAFrame) return length;
      if (length > rtuBytesMax) return notAFrame;
      if (at + length > end) return undecided;
      return hasValidCrc(buffer, at, at + length) ? length : notAFrame;
    },
    read: (bytes) => ({ transactionId: null, unit: bytes[0] as number, pdu: bytes.subarray(1, bytes.length - 2) }),
  });
}

/** For a server. On a shared RS-485 pair it also hears other devices' answers: those come out as noise. */
export function createRtuRequestParser(silenceMs = lineSilenceMs): StreamParser<ModbusAdu> {
  return createRtuParser(requestLength, silenceMs);
}

/** For a client. */
export function createRtuResponseParser(silenceMs = lineSilenceMs): StreamParser<ModbusAdu> {
  return createRtuParser(responseLength, silenceMs);
}

/** For devices that only look like Modbus: frames of exactly `lengthBytes` with a valid CRC, whatever is inside. */
export function createRtuFixedParser(lengthBytes: number, silenceMs = lineSilenceMs): StreamParser<ModbusAdu> {
  return createRtuParser(() => lengthBytes, silenceMs);
}
