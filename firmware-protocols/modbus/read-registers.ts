import {
  encodeTwoWords,
  type FunctionCodec,
  judgeRange,
  readRegistersMax,
  requireRange,
  word,
} from "./function-codec.ts";

export interface ReadRegistersRequest<Code extends number> {
  fn: Code;
  address: number;
  quantity: number;
}
export interface ReadRegistersResponse<Code extends number> {
  fn: Code;
  registers: number[];
}

/** Registers travel high byte first (MODBUS Application Protocol V1.1b3 §4.2). */
export function packRegisters(registers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(registers.length * 2);
  registers.forEach((value, i) => {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new RangeError(`${value} does not fit 16 bits`);
    bytes[2 * i] = value >>> 8;
    bytes[2 * i + 1] = value & 0xff;
  });
  return bytes;
}

export function unpackRegisters(bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.length >> 1 }, (_, i) => word(bytes, 2 * i));
}

/** Functions 3 and 4 have one layout: `fn address quantity` → `fn byteCount registers…`. */
export function readRegistersCodec<Code extends 3 | 4>(
  code: Code,
): FunctionCodec<ReadRegistersRequest<Code>, ReadRegistersResponse<Code>> {
  return {
    code,
    encodeRequest({ address, quantity }) {
      requireRange(address, quantity, readRegistersMax);
      return encodeTwoWords(code, address, quantity);
    },
    decodeRequest(pdu) {
      if (pdu.length !== 5) return 3;
      const address = word(pdu, 1);
      const quantity = word(pdu, 3);
      return judgeRange(address, quantity, readRegistersMax) ?? { fn: code, address, quantity };
    },
    encodeResponse({ registers }) {
      requireRange(0, registers.length, readRegistersMax);
      return Uint8Array.of(code, registers.length * 2, ...packRegisters(registers));
    },
    decodeResponse(pdu) {
      const byteCount = pdu[1];
      if (byteCount === undefined || byteCount === 0 || byteCount > 250 || byteCount % 2 === 1) return null;
      if (pdu.length !== 2 + byteCount) return null;
      return { fn: code, registers: unpackRegisters(pdu.subarray(2)) };
    },
  };
}
