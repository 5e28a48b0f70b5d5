import { gen2Crc } from "../../epc/gen2-crc.ts";
import { fromHex, toHex } from "../../framing/hex.ts";
import {
  bareRequest,
  bigEndian,
  bytesOf,
  type Codec,
  type MessageCodec,
  readBigEndian,
  type Status,
  statusOf,
} from "../message.ts";
import { signalDbmOf } from "../signal.ts";
import { freqAntOf, rssiByteOf } from "./tag-report.ts";

export interface GetBuffer {
  readonly kind: "get-buffer";
}

export interface TakeBuffer {
  readonly kind: "take-buffer";
}

/** One tag of the buffer. `crcOk` says that the tag's own CRC agrees with PC and EPC; if not, the EPC may be wrong. */
export interface BufferedTag {
  readonly kind: "buffered-tag";
  /** How many tags the buffer holds: one frame each follows a request. */
  readonly tagCount: number;
  readonly epc: string;
  readonly antenna: number;
  readonly signalDbm: number;
  readonly rssiRaw: number;
  readonly frequencyIndex: number;
  readonly pc: number;
  readonly crc: number;
  readonly crcOk: boolean;
  readonly readCount: number;
}

/** TagCount(2) and DataLen(1) before PC; RSSI, FreqAnt, InvCount after CRC. */
const before = 3;
const after = 3;

function fitsBuffered(buffer: Uint8Array, at: number, size: number): boolean {
  const dataBytes = buffer[at + 2]!;
  return (
    size >= before + 4 + after && dataBytes === size - before - after && (buffer[at + 3]! >> 3) * 2 + 4 === dataBytes
  );
}

/** One frame a tag: `TagCount(2) DataLen(1) PC(2) EPC CRC(2) RSSI(1) FreqAnt(1) InvCount(1)`; empty: ErrorCode 38. */
const bufferReply: Codec<BufferedTag | Status> = {
  payloadBytes: [1],
  fits: fitsBuffered,
  decode: (payload) => {
    if (payload.length === 1) return statusOf(payload[0]!);
    if (!fitsBuffered(payload, 0, payload.length)) {
      return { kind: "malformed", why: `buffered tag of ${payload.length} bytes disagrees with its lengths` };
    }
    const crcAt = payload.length - after - 2;
    const rssi = payload[crcAt + 2]!;
    const freqAnt = payload[crcAt + 3]!;
    const crc = readBigEndian(payload, crcAt, 2);
    return {
      kind: "buffered-tag",
      tagCount: readBigEndian(payload, 0, 2),
      epc: toHex(payload, before + 2, crcAt),
      antenna: (freqAnt & 3) + ((rssi & 0x80) >> 5),
      signalDbm: signalDbmOf(rssi & 0x7f),
      rssiRaw: rssi & 0x7f,
      frequencyIndex: freqAnt >> 2,
      pc: readBigEndian(payload, before, 2),
      crc,
      crcOk: gen2Crc(payload, before, crcAt) === crc,
      readCount: payload[crcAt + 4]!,
    };
  },
  encode: (reply) => {
    if (reply.kind === "status") return bytesOf(reply.code);
    const epc = fromHex(reply.epc);
    if (epc === null || (reply.pc >> 11) * 2 !== epc.length)
      throw new RangeError(`EPC ${reply.epc} disagrees with its PC`);
    return bytesOf(
      ...bigEndian(reply.tagCount, 2),
      epc.length + 4,
      ...bigEndian(reply.pc, 2),
      ...epc,
      ...bigEndian(reply.crc, 2),
      rssiByteOf(reply),
      freqAntOf(reply),
      reply.readCount,
    );
  },
};

/** 90: no payload → one frame a tag; the buffer keeps them. */
export const getBuffer: MessageCodec<GetBuffer, BufferedTag | Status> = {
  command: 0x90,
  name: "get-buffer",
  request: bareRequest("get-buffer"),
  reply: bufferReply,
};

/** 91: as 90, and the buffer is cleared. */
export const takeBuffer: MessageCodec<TakeBuffer, BufferedTag | Status> = {
  command: 0x91,
  name: "take-buffer",
  request: bareRequest("take-buffer"),
  reply: bufferReply,
};
