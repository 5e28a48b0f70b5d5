import { readBitsCodec } from "../read-bits.ts";

/** 02 Read Discrete Inputs (MODBUS Application Protocol V1.1b3 §6.2): bits that can only be read. */
export const readDiscreteInputs = readBitsCodec(2);
