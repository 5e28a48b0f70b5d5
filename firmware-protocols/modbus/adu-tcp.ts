import { createStreamParser, notAFrame, type StreamParser, undecided } from "../framing/stream-parser.ts";
import type { ModbusAdu } from "./adu.ts";
import { word } from "./function-codec.ts";

/** `transaction(2) 0000 length(2) unit pdu…`, length counting unit and PDU (MODBUS Messaging on TCP/IP V1.0b §3.1.3). */
export function encodeMbap(transactionId: number, unit: number, pdu: Uint8Array): Uint8Array {
  if (!Number.isInteger(transactionId) || transactionId < 0 || transactionId > 0xffff) {
    throw new RangeError(`transaction ${transactionId} does not fit 16 bits`);
  }
  if (!Number.isInteger(unit) || unit < 0 || unit > 255) throw new RangeError(`unit ${unit} does not fit one byte`);
  if (pdu.length < 1 || pdu.length > 253) throw new RangeError(`a PDU of ${pdu.length} bytes does not fit`);
  const bytes = new Uint8Array(7 + pdu.length);
  bytes[0] = transactionId >>> 8;
  bytes[1] = transactionId & 0xff;
  bytes[4] = (pdu.length + 1) >>> 8;
  bytes[5] = (pdu.length + 1) & 0xff;
  bytes[6] = unit;
  bytes.set(pdu, 7);
  return bytes;
}

/** Most bytes of one frame: header 7, PDU 253. */
const mbapBytesMax = 260;

/** TCP may stall inside a frame for as long as one retransmission takes. */
const tcpSilenceMs = 1000;

/** For both directions. Without a checksum it cannot find the next frame: after noise on a TCP link, close the connection. */
export function createMbapParser(silenceMs = tcpSilenceMs): StreamParser<ModbusAdu> {
  return createStreamParser<ModbusAdu>({
    pendingBytesMax: mbapBytesMax,
    silenceMs,
    measure(buffer, at, end) {
      const have = end - at;
      if ((have > 2 && buffer[at + 2] !== 0) || (have > 3 && buffer[at + 3] !== 0)) return notAFrame;
      if (have < 6) return undecided;
      const length = word(buffer, at + 4);
      if (length < 2 || length > 254) return notAFrame;
      return have < 6 + length ? undecided : 6 + length;
    },
    read: (bytes) => ({ transactionId: word(bytes, 0), unit: bytes[6] as number, pdu: bytes.subarray(7) }),
  });
}
