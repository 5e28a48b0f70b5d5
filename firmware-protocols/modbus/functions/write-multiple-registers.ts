import {
  encodeTwoWords,
  type FunctionCodec,
  judgeRange,
  requireRange,
  word,
  writeRegistersMax,
} from "../function-codec.ts";
import { packRegisters, unpackRegisters } from "../read-registers.ts";

export interface WriteRegistersRequest {
  fn: 16;
  address: number;
  values: number[];
}
export interface WriteRegistersResponse {
  fn: 16;
  address: number;
  quantity: number;
}

/** 16 Write Multiple Registers (MODBUS Application Protocol V1.1b3 §6.12): `10 address quantity byteCount values…` → `10 address quantity`. */
export const writeMultipleRegisters: FunctionCodec<WriteRegistersRequest, WriteRegistersResponse> = {
  code: 16,
  encodeRequest({ address, values }) {
    requireRange(address, values.length, writeRegistersMax);
    return Uint8Array.of(...encodeTwoWords(16, address, values.length), values.length * 2, ...packRegisters(values));
  },
  decodeRequest(pdu) {
    if (pdu.length < 8) return 3;
    const address = word(pdu, 1);
    const quantity = word(pdu, 3);
    const byteCount = pdu[5] as number;
    if (byteCount !== quantity * 2 || pdu.length !== 6 + byteCount) return 3;
    return (
      judgeRange(address, quantity, writeRegistersMax) ?? { fn: 16, address, values: unpackRegisters(pdu.subarray(6)) }
    );
  },
  encodeResponse: ({ address, quantity }) => encodeTwoWords(16, address, quantity),
  decodeResponse: (pdu) => (pdu.length === 5 ? { fn: 16, address: word(pdu, 1), quantity: word(pdu, 3) } : null),
};
