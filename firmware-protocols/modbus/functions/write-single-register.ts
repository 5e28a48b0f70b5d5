import { encodeTwoWords, type FunctionCodec, word } from "../function-codec.ts";

/** Request and response are the same bytes. */
export interface WriteSingleRegister {
  fn: 6;
  address: number;
  value: number;
}

/** 06 Write Single Register (MODBUS Application Protocol V1.1b3 §6.6): `06 address value`, echoed. */
export const writeSingleRegister: FunctionCodec<WriteSingleRegister, WriteSingleRegister> = {
  code: 6,
  encodeRequest: ({ address, value }) => encodeTwoWords(6, address, value),
  decodeRequest: (pdu) => (pdu.length === 5 ? { fn: 6, address: word(pdu, 1), value: word(pdu, 3) } : 3),
  encodeResponse: ({ address, value }) => encodeTwoWords(6, address, value),
  decodeResponse: (pdu) => (pdu.length === 5 ? { fn: 6, address: word(pdu, 1), value: word(pdu, 3) } : null),
};
