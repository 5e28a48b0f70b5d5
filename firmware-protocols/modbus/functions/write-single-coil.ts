import { encodeTwoWords, type FunctionCodec, word } from "../function-codec.ts";

/** Request and response are the same bytes. */
export interface WriteSingleCoil {
  fn: 5;
  address: number;
  value: boolean;
}

/** 05 Write Single Coil (MODBUS Application Protocol V1.1b3 §6.5): `05 address FF00|0000`, echoed. Any other value is exception 3. */
export const writeSingleCoil: FunctionCodec<WriteSingleCoil, WriteSingleCoil> = {
  code: 5,
  encodeRequest: ({ address, value }) => encodeTwoWords(5, address, value ? 0xff00 : 0),
  decodeRequest(pdu) {
    const value = pdu.length === 5 ? word(pdu, 3) : -1;
    return value === 0xff00 || value === 0 ? { fn: 5, address: word(pdu, 1), value: value !== 0 } : 3;
  },
  encodeResponse: ({ address, value }) => encodeTwoWords(5, address, value ? 0xff00 : 0),
  decodeResponse(pdu) {
    const echo = writeSingleCoil.decodeRequest(pdu);
    return typeof echo === "number" ? null : echo;
  },
};
