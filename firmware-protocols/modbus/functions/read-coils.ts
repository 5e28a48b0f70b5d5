import { readBitsCodec } from "../read-bits.ts";

/** 01 Read Coils (MODBUS Application Protocol V1.1b3 §6.1): bits that can be written too. */
export const readCoils = readBitsCodec(1);
