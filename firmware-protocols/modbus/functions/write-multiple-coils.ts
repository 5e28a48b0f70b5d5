import { encodeTwoWords, type FunctionCodec, judgeRange, requireRange, word, writeBitsMax } from "../function-codec.ts";
import { packBits, unpackBits } from "../read-bits.ts";

export interface WriteCoilsRequest {
  fn: 15;
  address: number;
  values: boolean[];
}
export interface WriteCoilsResponse {
  fn: 15;
  address: number;
  quantity: number;
}

/** 15 Write Multiple Coils (MODBUS Application Protocol V1.1b3 §6.11): `0F address quantity byteCount bits…` → `0F address quantity`. */
export const writeMultipleCoils: FunctionCodec<WriteCoilsRequest, WriteCoilsResponse> = {
  code: 15,
  encodeRequest({ address, values }) {
    requireRange(address, values.length, writeBitsMax);
    const bytes = packBits(values);
    return Uint8Array.of(...encodeTwoWords(15, address, values.length), bytes.length, ...bytes);
  },
  decodeRequest(pdu) {
    if (pdu.length < 7) return 3;
    const address = word(pdu, 1);
    const quantity = word(pdu, 3);
    const byteCount = pdu[5] as number;
    if (byteCount !== Math.ceil(quantity / 8) || pdu.length !== 6 + byteCount) return 3;
    const values = unpackBits(pdu.subarray(6)).slice(0, quantity);
    return judgeRange(address, quantity, writeBitsMax) ?? { fn: 15, address, values };
  },
  encodeResponse: ({ address, quantity }) => encodeTwoWords(15, address, quantity),
  decodeResponse: (pdu) => (pdu.length === 5 ? { fn: 15, address: word(pdu, 1), quantity: word(pdu, 3) } : null),
};
