import { encodeTwoWords, type FunctionCodec, judgeRange, readBitsMax, requireRange, word } from "./function-codec.ts";

export interface ReadBitsRequest<Code extends number> {
  fn: Code;
  address: number;
  quantity: number;
}
/** Bits come in whole bytes: up to seven more than requested. */
export interface ReadBitsResponse<Code extends number> {
  fn: Code;
  bits: boolean[];
}

/** Bit 0 of the first byte is the first coil (MODBUS Application Protocol V1.1b3 §6.1). */
export function packBits(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3] = (bytes[i >> 3] as number) | (1 << (i & 7));
  });
  return bytes;
}

export function unpackBits(bytes: Uint8Array): boolean[] {
  const bits: boolean[] = [];
  for (const byte of bytes) for (let bit = 0; bit < 8; bit++) bits.push(((byte >> bit) & 1) === 1);
  return bits;
}

/** Functions 1 and 2 have one layout: `fn address quantity` → `fn byteCount bits…`. */
export function readBitsCodec<Code extends 1 | 2>(
  code: Code,
): FunctionCodec<ReadBitsRequest<Code>, ReadBitsResponse<Code>> {
  return {
    code,
    encodeRequest({ address, quantity }) {
      requireRange(address, quantity, readBitsMax);
      return encodeTwoWords(code, address, quantity);
    },
    decodeRequest(pdu) {
      if (pdu.length !== 5) return 3;
      const address = word(pdu, 1);
      const quantity = word(pdu, 3);
      return judgeRange(address, quantity, readBitsMax) ?? { fn: code, address, quantity };
    },
    encodeResponse({ bits }) {
      requireRange(0, bits.length, readBitsMax);
      const bytes = packBits(bits);
      return Uint8Array.of(code, bytes.length, ...bytes);
    },
    decodeResponse(pdu) {
      const byteCount = pdu[1];
      if (byteCount === undefined || byteCount === 0 || byteCount > 250 || pdu.length !== 2 + byteCount) return null;
      return { fn: code, bits: unpackBits(pdu.subarray(2)) };
    },
  };
}
